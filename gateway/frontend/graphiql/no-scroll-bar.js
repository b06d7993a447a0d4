/**
 * Stands in for react-remove-scroll-bar, which hides the page's scroll bar behind a dialog by an
 * inline style. This page has no scroll bar, and its content security policy no inline styles.
 */
export function RemoveScrollBar() {
  return null;
}
