import { SQLDialect } from '@codemirror/lang-sql';

/** What a statement may consist of, and no more: what is refused is neither coloured nor proposed. */
export const reportSql = SQLDialect.define({
  keywords:
    'all and any as asc between by case cast cross current desc distinct else end escape except exists false fetch filter first following from full group having in inner intersect ' +
    'interval is join last lateral left like limit materialized natural not null nulls offset on only or order outer over partition preceding range recursive right row rows select ' +
    'some then true unbounded union using values when where window with within',
  types: 'bigint boolean char date decimal float integer numeric real text time timestamp varchar',
  builtin:
    'abs avg coalesce count cume_dist dense_rank extract first_value lag last_value lead length lower ltrim max min nth_value ntile nullif percent_rank position rank replace round ' +
    'row_number rtrim substr substring sum trim upper',
});
