/** The "Examples" panel: queries that can be run as they are. */
import { useEditorContext, usePluginStore } from "@graphiql/react";
import { parse, print } from "graphql";
import { useEffect, useState } from "react";

import defaultQuery from "./default-query.graphql";
import { EXAMPLES, GROUPS } from "./examples.js";
import { isNarrow } from "./narrow.js";

/** @typedef {import("./examples.js").Example} Example */

const TITLE = "Examples";
/** One field a line, as "Prettify query" has it: the editor is narrow. */
const textOf = (/** @type {Example} */ { query }) => print(parse(query));
const REPLACEABLE = new Set(["", defaultQuery.trim(), ...EXAMPLES.map(textOf)]);

/** @returns {import("@graphiql/react").GraphiQLPlugin} */
export function createExamplesPlugin() {
  return { title: TITLE, icon: ListIcon, content: ExamplesPanel };
}

function ExamplesPanel() {
  const show = useShow();
  return (
    <section className="gateway-panel" aria-label={TITLE}>
      <h2 className="gateway-panel-title">{TITLE}</h2>
      {GROUPS.map(({ title, examples }) => (
        <div key={title}>
          <h3>{title}</h3>
          <ul>
            {examples.map((example) => (
              <li key={example.title}>
                <button type="button" onClick={() => show(example)}>
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

/** Shows an example: in this tab if it holds nothing of the user's own, else in a new one. */
function useShow() {
  const { addTab, queryEditor, variableEditor } = useEditorContext({ nonNull: true });
  const setVisiblePlugin = usePluginStore((state) => state.setVisiblePlugin);
  const [wanted, setWanted] = useState(/** @type {Example | null} */ (null));
  useEffect(() => {
    if (!wanted || !queryEditor) return;
    const text = textOf(wanted);
    queryEditor.setValue(text);
    // GraphiQL looks at the text a tenth of a second later; Ctrl-Enter may come before.
    queryEditor.documentAST = parse(text);
    queryEditor.operationName = null;
    const variables = wanted.variables?.();
    variableEditor?.setValue(variables ? JSON.stringify(variables, null, 2) : "");
    setWanted(null);
    if (isNarrow()) setVisiblePlugin(null);
    queryEditor.focus();
  }, [wanted, queryEditor, variableEditor]);
  return (/** @type {Example} */ example) => {
    if (queryEditor && !REPLACEABLE.has(queryEditor.getValue().trim())) addTab();
    setWanted(example); // after the tab is there, which brings the default query
  };
}

/** Heavier while the panel is open. */
function ListIcon() {
  const open = usePluginStore((state) => state.visiblePlugin?.title === TITLE);
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" height="1em">
      <path d="M9 6h11M9 12h11M9 18h11M4 6h1M4 12h1M4 18h1" strokeWidth={open ? 2.5 : 1.5} />
    </svg>
  );
}
