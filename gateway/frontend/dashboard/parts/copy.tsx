/** Copies a text to the clipboard, and says so, to screen readers too. */
import { useState } from "preact/hooks";

/** Browsers have a clipboard on https and on this computer's own addresses. */
const hasClipboard = () => Boolean(navigator.clipboard);

export function useCopy(text: string) {
  const [note, setNote] = useState("");
  const copy = () => {
    const copied = hasClipboard()
      ? navigator.clipboard.writeText(text)
      : Promise.reject(new Error("no clipboard"));
    copied.then(
      () => setNote("Copied."),
      () => setNote("This browser does not let the page copy. Select the text."),
    );
  };
  return { note, copy };
}

/** Nothing where there is no clipboard: the text can be selected. `name`: for screen readers. */
export function CopyButton({ text, name }: { text: string; name: string }) {
  const { note, copy } = useCopy(text);
  if (!hasClipboard()) return null;
  return (
    <>
      <button type="button" class="small" aria-label={name} onClick={copy}>
        Copy
      </button>{" "}
      <small role="status">{note}</small>
    </>
  );
}
