import { Anchor, Box, Typography } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { LoadedText } from './content';
import { CutNotice } from './CutNotice';
import type { PreviewProps } from './previewProps';
import classes from './Preview.module.css';
import { PreviewFrame } from './PreviewFrame';
import { TextSource } from './TextSource';
import { type View, ViewSwitch } from './ViewSwitch';
import { WithText } from './WithText';

const plugins = [remarkGfm];

/** Markdown as React elements. HTML in it stays text; pictures are not fetched, and only whole addresses become links. */
export function MarkdownPreview({ version }: PreviewProps) {
  return <WithText version={version}>{(loaded) => <Markdown version={version} loaded={loaded} />}</WithText>;
}

function Markdown({ version, loaded }: { version: PreviewProps['version']; loaded: LoadedText }) {
  const { t } = useTranslation('document');
  const [view, setView] = useState<View>('rendered');
  const tools = <ViewSwitch rendered={t('preview.rendered')} view={view} onChange={setView} />;
  if (view === 'source') return <TextSource version={version} loaded={loaded} tools={tools} />;
  return (
    <PreviewFrame info={loaded.isCut ? <CutNotice version={version} /> : version.fileName} tools={tools}>
      <Box className={`${classes.body} ${classes.growing}`} tabIndex={0} role="region" aria-label={t('preview.text', { number: version.number })}>
        <Typography className={classes.markdown}>
          <ReactMarkdown remarkPlugins={plugins} components={components}>
            {loaded.text}
          </ReactMarkdown>
        </Typography>
      </Box>
    </PreviewFrame>
  );
}

// The page's own title is the heading of the first level.
const components: Components = {
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ alt }) => <Picture alt={alt} />,
  input: ({ checked }) => <Task done={checked === true} />,
  table: ({ children }) => <ScrollableTable>{children}</ScrollableTable>,
};

function SafeLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const { t } = useTranslation('document');
  if (href === undefined || !/^(https?|mailto):/i.test(href)) return <span>{children}</span>;
  return (
    <Anchor href={href} target="_blank" rel="noopener noreferrer nofollow" underline="always" title={t('preview.link')}>
      {children}
    </Anchor>
  );
}

function Picture({ alt }: { alt: string | undefined }) {
  const { t } = useTranslation('document');
  return <span className={classes.picture}>[{t('preview.picture', { alt: alt || t('preview.pictureUnnamed') })}]</span>;
}

function Task({ done }: { done: boolean }) {
  const { t } = useTranslation('document');
  return (
    <span role="img" aria-label={done ? t('preview.done') : t('preview.open')}>
      {done ? '☑' : '☐'}
    </span>
  );
}

function ScrollableTable({ children }: { children: ReactNode }) {
  return (
    <div className={classes.scroll}>
      <table>{children}</table>
    </div>
  );
}
