/** What the dashboard and the page of an upload say to each other, by postMessage on one origin. */
export type UploadMessage =
  | { readonly upload: "ready" | "done" | "refused" }
  | { readonly upload: "file"; readonly file: File };

export function isMessage(data: unknown): data is UploadMessage {
  return typeof data === "object" && data !== null && "upload" in data;
}
