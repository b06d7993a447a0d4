/** The page of gateway/templates/upload.html: takes the file from the dashboard, and says what came of it. */
import { isMessage, type UploadMessage } from "./data/upload_messages.ts";

const form = document.querySelector<HTMLFormElement>("#upload");
const input = form?.querySelector<HTMLInputElement>("input[type=file]");
const button = form?.querySelector("button");
const progress = document.querySelector("#progress");
const answer = document.querySelector("iframe");
if (!form || !input || !button || !progress || !answer) throw new Error("The page is not complete.");

const opener = window.opener as Window | null;
const send = (message: UploadMessage) => opener?.postMessage(message, location.origin);
let sent = false;

form.addEventListener("submit", () => {
  sent = true;
  button.disabled = true;
  progress.textContent = "Uploading. Keep this page open …";
});

answer.addEventListener("load", () => {
  if (!sent) return;
  sent = false;
  button.disabled = false;
  // A document of the store has another origin, and is hidden from this page.
  const done = answer.contentDocument?.location.pathname === form.dataset["uploaded"];
  progress.textContent = done
    ? "Uploaded. You can close this page."
    : "The store did not take the file. Its answer is below.";
  progress.className = done ? "notice" : "notice bad";
  send({ upload: done ? "done" : "refused" });
});

addEventListener("message", ({ origin, source, data }: MessageEvent<unknown>) => {
  if (origin !== location.origin || source !== opener || !isMessage(data)) return;
  if (data.upload !== "file" || sent) return;
  const chosen = new DataTransfer();
  chosen.items.add(data.file);
  input.files = chosen.files;
  form.requestSubmit();
});
send({ upload: "ready" });
