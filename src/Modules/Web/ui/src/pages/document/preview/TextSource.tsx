import { Box } from '@mantine/core';
import { IconSearch, IconTextWrap } from '@tabler/icons-react';
import { lazy, type ReactNode, Suspense, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentVersion } from '@/api';
import { Pending } from '@/app/Pending';
import type { CodeViewHandle } from '../code/CodeView';
import type { LoadedText } from './content';
import { CutNotice } from './CutNotice';
import classes from './Preview.module.css';
import { PreviewFrame } from './PreviewFrame';
import { Tool } from './Tool';

const CodeView = lazy(async () => ({ default: (await import('../code/CodeView')).CodeView }));

interface Props {
  version: DocumentVersion;
  loaded: LoadedText;
  tools?: ReactNode;
}

/** A text as its characters. */
export function TextSource({ version, loaded, tools }: Props) {
  const { t } = useTranslation('document');
  const [wrap, setWrap] = useState(true);
  const code = useRef<CodeViewHandle>(null);
  return (
    <PreviewFrame
      info={loaded.isCut ? <CutNotice version={version} /> : version.fileName}
      tools={
        <>
          {tools}
          <Tool icon={IconSearch} label={t('preview.find')} onClick={() => code.current?.find()} />
          <Tool icon={IconTextWrap} label={t('preview.wrap')} pressed={wrap} onClick={() => setWrap(!wrap)} />
        </>
      }
    >
      <Box className={`${classes.body} ${classes.code}`}>
        <Suspense fallback={<Pending />}>
          <CodeView text={loaded.text} fileName={version.fileName} label={t('preview.text', { number: version.number })} wrap={wrap} handle={code} />
        </Suspense>
      </Box>
    </PreviewFrame>
  );
}
