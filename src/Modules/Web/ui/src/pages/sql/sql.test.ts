import { describe, expect, it } from 'vitest';
import { answerCsv, answerCsvName } from './answerCsv';
import { cellText, columnWidths, moveCell } from './cells';
import { oneLine, parseHistory, type Ran, withRan } from './history';
import { parseLimits, usualLimits } from './limits';
import { tablesWith } from './schema';

const ran = (sql: string, at = '2026-03-10T12:00:00Z'): Ran => ({ sql, at, outcome: 'done', rows: 1, elapsedMs: 2 });

describe('the history of statements', () => {
  it('begins with the newest', () => expect(withRan([ran('a')], ran('b')).map(({ sql }) => sql)).toEqual(['b', 'a']));
  it('has a statement once, where it was run last', () => {
    expect(withRan([ran('b'), ran('a ')], ran('a', '2026-03-11T12:00:00Z'))).toEqual([ran('a', '2026-03-11T12:00:00Z'), ran('b')]);
  });
  it('forgets the oldest of many', () => {
    const many = Array.from({ length: 150 }, (_, at) => at).reduce<Ran[]>((history, at) => withRan(history, ran(`select ${at}`)), []);
    expect([many.length, many[0]?.sql, many.at(-1)?.sql]).toEqual([100, 'select 149', 'select 50']);
  });
  it('stays small enough for the storage of a browser', () => {
    const large = Array.from({ length: 20 }, (_, at) => at).reduce<Ran[]>((history, at) => withRan(history, ran(`${at}${'x'.repeat(20_000)}`)), []);
    expect(JSON.stringify(large).length).toBeLessThan(250_000);
    expect(large.length).toBeGreaterThan(5);
  });
  it('comes back as it was kept', () => expect(parseHistory(JSON.stringify([ran('a')]))).toEqual([ran('a')]));
  it.each([undefined, '', '{', '{}', '[1, null, {"sql": "a"}, {"sql": 1, "at": "now", "outcome": "done"}]'])('is empty where there is %s', (text) =>
    expect(parseHistory(text)).toEqual([]),
  );
  it('shows a statement in one line', () => expect(oneLine('-- all\nSELECT *\n  FROM  documents -- of them\n')).toBe('SELECT * FROM documents'));
});

describe('limits', () => {
  it('are those that were chosen', () => expect(parseLimits('{"maxRows":10000,"timeoutSeconds":60}')).toEqual({ maxRows: 10_000, timeoutSeconds: 60 }));
  it.each([undefined, '{', 'null', '{"maxRows":7,"timeoutSeconds":"60"}'])('are the usual ones for %s', (text) => expect(parseLimits(text)).toEqual(usualLimits));
});

const answer = {
  columns: [
    { name: 'title', type: 'text' },
    { name: 'n', type: 'number' },
  ],
  rows: [
    ['a "quoted", title', -7],
    ['=1+1', null],
  ],
};

describe('an answer', () => {
  it('is CSV that a spreadsheet does not run', async () => {
    expect(await answerCsv(answer)).toBe(`title,n\r\n"a ""quoted"", title",-7\r\n"'=1+1",`);
  });
  it('is saved under a name that says what it is', () => {
    const at = new Date(2026, 2, 1, 9, 5);
    expect([answerCsvName('Largest documents!', at), answerCsvName(undefined, at)]).toEqual([
      'kilo-sql-largest-documents-2026-03-01-0905.csv',
      'kilo-sql-2026-03-01-0905.csv',
    ]);
  });
  it('has columns as wide as what is in them, within reason', () => {
    expect(columnWidths(answer)).toEqual([17, 6]);
    expect(columnWidths({ ...answer, rows: [['x'.repeat(900), 1]] })[0]).toBe(44);
  });
  it('shows every value', () => expect([null, true, 1.5, 'x', { a: 1 }].map(cellText)).toEqual(['null', 'true', '1.5', 'x', '{"a":1}']));
});

describe('keys in the answer', () => {
  const size = { rows: 100, columns: 4 };
  const from = { row: 10, column: 1 };
  it.each([
    ['ArrowDown', false, { row: 11, column: 1 }],
    ['ArrowLeft', false, { row: 10, column: 0 }],
    ['PageUp', false, { row: 0, column: 1 }],
    ['PageDown', false, { row: 30, column: 1 }],
    ['End', false, { row: 10, column: 3 }],
    ['End', true, { row: 99, column: 3 }],
    ['Home', true, { row: 0, column: 0 }],
    ['x', false, undefined],
  ])('%s (Ctrl: %s) lead to %j', (key, isCtrl, to) => expect(moveCell(key, isCtrl, from, size, 20)).toEqual(to));
  it('lead nowhere where there is nothing', () => expect(moveCell('ArrowDown', false, { row: 0, column: 0 }, { rows: 0, columns: 2 }, 20)).toBeUndefined());
});

describe('the tables', () => {
  const column = (name: string, meaning: string) => ({ name, type: 'text', meaning });
  const tables = [
    { name: 'documents', meaning: 'Every document.', columns: [column('title', 'What people call it.'), column('size', 'In bytes.')] },
    { name: 'users', meaning: 'Everybody.', columns: [column('email', 'To sign in.')] },
  ];
  it('are found by their names, with all columns', () => expect(tablesWith(tables, ' DOCU')).toEqual([tables[0]]));
  it('are found by a column, with that alone', () => expect(tablesWith(tables, 'bytes')).toEqual([{ ...tables[0], columns: [tables[0]?.columns[1]] }]));
  it('are all there where nothing is sought', () => expect(tablesWith(tables, '')).toBe(tables));
  it('may be none', () => expect(tablesWith(tables, 'salary')).toEqual([]));
});
