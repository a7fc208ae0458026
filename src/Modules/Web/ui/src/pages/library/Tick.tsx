import classes from './DocumentGrid.module.css';

interface Props {
  checked: boolean;
  indeterminate?: boolean;
  label: string;
  onToggle: (isRange: boolean) => void;
  /** Rows are ticked by the grid's own keys; a tab stop in each of them would be in the way. */
  isFocusable?: boolean;
}

/** A plain checkbox: thirty of them are drawn in every frame while scrolling. */
export function Tick({ checked, indeterminate = false, label, onToggle, isFocusable = false }: Props) {
  return (
    <label className={classes.tick}>
      <input
        type="checkbox"
        aria-label={label}
        tabIndex={isFocusable ? 0 : -1}
        checked={checked}
        ref={(input) => {
          if (input !== null) input.indeterminate = indeterminate;
        }}
        onChange={() => undefined}
        onClick={(event) => onToggle(event.shiftKey)}
      />
    </label>
  );
}
