import { Avatar, Text, Tooltip } from '@mantine/core';
import {
  type Icon,
  IconArrowBackUp,
  IconFileArrowLeft,
  IconFilePlus,
  IconPencil,
  IconTrash,
  IconTrashX,
  IconVersions,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { Fragment, memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/format';
import classes from './Activity.module.css';
import { type Change, kindOf } from './changes';
import { sentence } from './sentence';

const icons: Record<string, { icon: Icon; color: string }> = {
  added: { icon: IconFilePlus, color: 'teal' },
  'version-added': { icon: IconVersions, color: 'blue' },
  'version-restored': { icon: IconFileArrowLeft, color: 'blue' },
  changed: { icon: IconPencil, color: 'gray' },
  trashed: { icon: IconTrash, color: 'orange' },
  restored: { icon: IconArrowBackUp, color: 'teal' },
  purged: { icon: IconTrashX, color: 'red' },
};

/** A change of a version leads to that version, everything else to the document. */
function versionOf({ action, version }: Change) {
  return kindOf(action) === 'version' && version !== null ? { version } : {};
}

interface Props {
  change: Change;
  /** What the document is called, or was. */
  title: string;
  place: string;
  /** Whether there is a document to open. */
  exists: boolean;
  animated: boolean;
}

export const ChangeRow = memo(function ChangeRow({ change, title, place, exists, animated }: Props) {
  const { t } = useTranslation('activity');
  const format = useFormat();
  const { icon: IconOfChange, color } = icons[change.action] ?? { icon: IconPencil, color: 'gray' };
  const name = title === '' ? t('document') : title;

  return (
    <li className={classes.row} data-animated={animated || undefined}>
      <span className={classes.who}>
        <Avatar name={change.by.displayName} color="kilo" size={36} aria-hidden />
        <span className={classes.badge} style={{ color: `var(--mantine-color-${color}-text)` }}>
          <IconOfChange size={14} stroke={2} aria-hidden />
        </span>
      </span>
      <div className={classes.what}>
        <Text component="p" m={0} className={classes.sentence}>
          {sentence(t, change).map((part, place) => (
            <Fragment key={place}>
              {'text' in part ? (
                part.text
              ) : part.slot === 'who' ? (
                <strong>{change.by.displayName}</strong>
              ) : exists ? (
                <Link to="/documents/$id" params={{ id: change.document }} search={versionOf(change)} className={classes.link}>
                  {name}
                </Link>
              ) : (
                <em>{name}</em>
              )}
            </Fragment>
          ))}
        </Text>
        <Text component="p" m={0} size="sm" c="dimmed" className={classes.place}>
          {place}
          {' · '}
          <Tooltip label={format.date(change.at)}>
            <time dateTime={change.at}>{new Date(change.at).toLocaleTimeString(format.language, { timeStyle: 'short' })}</time>
          </Tooltip>
        </Text>
      </div>
    </li>
  );
});
