/** What is selected in a list, and where the keyboard stands. */
export interface Selection {
  ids: ReadonlySet<string>;
  /** The row that has the focus. */
  active: string | undefined;
  /** Where a range began. */
  anchor: string | undefined;
}

export const nothingSelected: Selection = { ids: new Set(), active: undefined, anchor: undefined };

export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, active: id, anchor: id };
}

export function activated(selection: Selection, id: string): Selection {
  return { ...selection, active: id, anchor: id };
}

/** Selects from the anchor to the row, in the order in which the rows are shown, and keeps what was selected. */
export function extendedTo(selection: Selection, id: string, order: readonly string[]): Selection {
  const anchor = selection.anchor ?? selection.active ?? id;
  const [from, to] = [order.indexOf(anchor), order.indexOf(id)].sort((a, b) => a - b);
  if (from === undefined || to === undefined || from < 0) return toggled(selection, id);
  return { ids: new Set([...selection.ids, ...order.slice(from, to + 1)]), active: id, anchor };
}

export function all(selection: Selection, order: readonly string[]): Selection {
  return { ...selection, ids: new Set(order) };
}

export function none(selection: Selection): Selection {
  return { ...selection, ids: new Set() };
}

/** The row that a key leads to; undefined when the key does not move. */
export function rowAfter(key: string, active: string | undefined, order: readonly string[], page: number): string | undefined {
  const place = active === undefined ? -1 : order.indexOf(active);
  const last = order.length - 1;
  const clamp = (target: number) => order[Math.min(Math.max(target, 0), last)];
  switch (key) {
    case 'ArrowDown':
      return clamp(place + 1);
    case 'ArrowUp':
      return clamp(place - 1);
    case 'PageDown':
      return clamp(place + page);
    case 'PageUp':
      return clamp(place - page);
    case 'Home':
      return clamp(0);
    case 'End':
      return clamp(last);
    default:
      return undefined;
  }
}

/** Where the focus goes when rows disappear: to the next one that stays, otherwise to the one before. */
export function neighbour(active: string | undefined, order: readonly string[], leaving: ReadonlySet<string>): string | undefined {
  const place = active === undefined ? -1 : order.indexOf(active);
  if (place < 0) return undefined;
  return order.slice(place).find((id) => !leaving.has(id)) ?? order.slice(0, place).findLast((id) => !leaving.has(id));
}
