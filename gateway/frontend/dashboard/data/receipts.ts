/** Of a list, how each cloud that was asked for it answered; the words are in text.ts. */
import { graphql } from "../api/graphql.ts";

export const sourceFields = graphql(`
  fragment SourceFields on SourceReceipt {
    provider { id name } resource region status fetchedAt error { message }
  }
`);

/** The resource of a receipt for the list of a provider's regions. */
export const REGION_SET = "regions";
