/** A choice of one of many, with a search beside it: the browser's own list, so its keys work. */
interface ChoiceProps {
  readonly label: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly value: string;
  readonly onChoose: (value: string) => void;
  readonly search: string;
  readonly onSearch: (text: string) => void;
  readonly placeholder: string;
  /** What is known of the list: that it is asked for, empty or cut. */
  readonly note: string;
  /** The number of options that another choice leaves out, and the function that shows them. */
  readonly others: number;
  readonly onOthers: () => void;
}

const ROWS = 7;

export function Choice(props: ChoiceProps) {
  const { label, options, value, onChoose, search, onSearch, placeholder, note, others } = props;
  return (
    <fieldset class="choice">
      <legend>{label}</legend>
      <input
        type="search"
        aria-label={`Search ${label.toLowerCase()}`}
        placeholder={placeholder}
        value={search}
        onInput={(event) => onSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.preventDefault(); // it searches, and submits nothing
        }}
      />
      <select
        aria-label={label}
        size={ROWS}
        required
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <small role="status">
        {note}
        {others > 0 && ` ${others.toLocaleString("en")} for another processor architecture left out.`}
      </small>
      {others > 0 && " "}
      {others > 0 && (
        <button type="button" class="link" onClick={props.onOthers}>
          Show all
        </button>
      )}
    </fieldset>
  );
}
