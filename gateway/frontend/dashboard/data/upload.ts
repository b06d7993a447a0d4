/** An upload: a form of the store, which a page of its own posts in another tab. */
import type { Gateway } from "../api/gateway.ts";
import { graphql } from "../api/graphql.ts";
import { accepted } from "../api/post.ts";
import { isMessage, type UploadMessage } from "./upload_messages.ts";

const sign = graphql(`mutation SignUpload($input: CreateUploadUrlInput!) {
  createUploadUrl(input: $input) { ticket url errors { message } }
}`);

export type UploadState = "UPLOADING" | "DONE" | "REFUSED" | "CLOSED";

const LOOKED_EVERY_MS = 500;

/**
 * Signs the form for this file, as large as it is. Throws the gateway's reason, and why the browser
 * would not send it from a page of this `protocol`.
 */
export async function signUpload(
  gateway: Gateway,
  bucket: string,
  key: string,
  file: File,
  protocol: string,
): Promise<string> {
  const input = {
    bucket,
    key,
    maxSize: Math.max(1, file.size),
    contentType: file.type || null,
    redirect: new URL(gateway.addresses.uploaded, location.href).href,
  };
  const { createUploadUrl } = await gateway.execute(sign, { input });
  const { ticket, url } = accepted(createUploadUrl);
  if (protocol === "https:" && url?.startsWith("http:")) {
    throw new Error(
      "The store is reached over http, and browsers do not show its answer to a page on https. Upload " +
        "with curl, or give the provider the store's https address: docs/object-storage.md.",
    );
  }
  if (!ticket) throw new Error("The gateway sent no ticket.");
  return ticket;
}

/** An empty tab. It is opened in the click, before the form is signed: later, browsers refuse it. */
export function openTab(): { readonly tab: Window; readonly name: string } {
  const name = `upload-${Date.now()}`;
  const tab = open("", name);
  if (!tab) throw new Error("The browser opens no tab for the upload. Allow it for this page.");
  return { tab, name };
}

/** Shows the ticket's page in the tab, and hands it the file. Returns the function that ends watching. */
export function uploadIn(
  { tab, name }: { readonly tab: Window; readonly name: string },
  page: string,
  ticket: string,
  file: File,
  changed: (state: UploadState) => void,
): () => void {
  const listener = ({ origin, source, data }: MessageEvent<unknown>) => {
    if (origin !== location.origin || source !== tab || !isMessage(data)) return;
    if (data.upload === "ready") {
      tab.postMessage({ upload: "file", file } satisfies UploadMessage, location.origin);
    }
    if (data.upload === "done") {
      changed("DONE");
      end();
      tab.close();
    }
    if (data.upload === "refused") changed("REFUSED");
  };
  const timer = setInterval(() => {
    if (!tab.closed) return;
    changed("CLOSED");
    end();
  }, LOOKED_EVERY_MS);
  const end = () => {
    removeEventListener("message", listener);
    clearInterval(timer);
  };
  addEventListener("message", listener);
  post(page, name, ticket);
  changed("UPLOADING");
  return end;
}

function post(page: string, target: string, ticket: string): void {
  const form = Object.assign(document.createElement("form"), { action: page, method: "post", target });
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "ticket" });
  field.value = ticket;
  form.append(field);
  document.body.append(form);
  form.submit();
  form.remove();
}
