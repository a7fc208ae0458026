import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type LibraryName, trail } from '@/library';
import classes from './LibraryPage.module.css';

interface Props {
  library: LibraryName;
  libraryTitle: string;
  folder: string;
}

/** The way to this folder; its last part is the page's heading. */
export function Crumbs({ library, libraryTitle, folder }: Props) {
  const { t } = useTranslation('library');
  const parts = [{ name: libraryTitle, path: '' }, ...trail(folder)];
  return (
    <nav aria-label={t('breadcrumbs')} className={classes.crumbs}>
      <ol>
        {parts.map(({ name, path }) => (
          <li key={path}>
            {path === folder ? (
              <h1 aria-current="page">{name}</h1>
            ) : (
              <>
                <Link to="/library/$library/$" params={{ library, _splat: path }}>
                  {name}
                </Link>
                <IconChevronRight size={16} aria-hidden color="var(--mantine-color-dimmed)" />
              </>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
