import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails } from '@/api';
import { libraryNameOf, trail } from '@/library';
import { useSession } from '@/session/session';
import classes from './DocumentHeader.module.css';

/** The folders above the document, each with the way back to it. */
export function Trail({ document }: { document: DocumentDetails }) {
  const { t } = useTranslation('document');
  const { id } = useSession();
  const library = libraryNameOf(document.library, id);
  if (library === undefined) return null;
  const parts = [{ name: t(`library.${library}`), path: '' }, ...trail(document.folder)];
  return (
    <nav aria-label={t('breadcrumbs')} className={classes.trail}>
      <ol>
        {parts.map(({ name, path }, place) => (
          <li key={path}>
            {place > 0 && <IconChevronRight size={16} aria-hidden color="var(--mantine-color-dimmed)" />}
            <Link to="/library/$library/$" params={{ library, _splat: path }}>
              {name}
            </Link>
          </li>
        ))}
      </ol>
    </nav>
  );
}
