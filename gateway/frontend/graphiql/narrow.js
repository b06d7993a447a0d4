/** Whether the panels lie above each other. page.css has the same width. */
export const isNarrow = () => matchMedia("(max-width: 700px)").matches;
