export interface Order {
  key: string;
  isDescending: boolean;
}

/** A list by a value of its rows; rows of the same value stay in their order. */
export function sorted<T>(rows: readonly T[], value: (row: T) => string | number, isDescending: boolean): readonly T[] {
  const sign = isDescending ? -1 : 1;
  return rows.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
  });
}
