import { Box } from '@mantine/core';
import { IconArrowsMaximize, IconMinus, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Pending } from '@/app/Pending';
import { ErrorState } from '@/components';
import { bytesQuery, previewUrl } from './content';
import { NoPreview } from './NoPreview';
import type { PreviewProps } from './previewProps';
import classes from './Preview.module.css';
import { PreviewFrame } from './PreviewFrame';
import { imageTypeOf, isSvg } from './previewKind';
import { TextSource } from './TextSource';
import { Tool } from './Tool';
import { type View, ViewSwitch } from './ViewSwitch';
import { WithText } from './WithText';

const steps = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 8];

/** Only ever in an <img>, in which scripts of an SVG do not run. */
export function ImagePreview({ version, title }: PreviewProps) {
  const { t } = useTranslation('document');
  const [view, setView] = useState<View>('rendered');
  const [zoom, setZoom] = useState<number>();
  const [natural, setNatural] = useState<{ width: number; height: number }>();
  const [isBroken, setBroken] = useState(false);
  const source = useImageSource(version);

  if (source.error !== null) return <ErrorState error={source.error} onRetry={source.retry} />;
  if (isBroken) return <NoPreview version={version} why={t('preview.broken')} />;

  const svg = isSvg(version.mediaType, version.fileName);
  const viewSwitch = svg ? <ViewSwitch rendered={t('preview.rendered')} view={view} onChange={setView} /> : undefined;
  if (view === 'source') {
    return <WithText version={version}>{(loaded) => <TextSource version={version} loaded={loaded} tools={viewSwitch} />}</WithText>;
  }
  const scale = zoom ?? 1;
  const smaller = steps.findLast((step) => step < scale);
  const larger = steps.find((step) => step > scale);
  return (
    <PreviewFrame
      info={natural === undefined || natural.width === 0 ? version.fileName : t('preview.pixels', natural)}
      tools={
        <>
          {viewSwitch}
          <Tool icon={IconMinus} label={t('preview.zoomOut')} disabled={smaller === undefined} onClick={() => setZoom(smaller)} />
          <Tool icon={IconPlus} label={t('preview.zoomIn')} disabled={larger === undefined} onClick={() => setZoom(larger)} />
          <Tool icon={IconArrowsMaximize} label={t('preview.fit')} pressed={zoom === undefined} onClick={() => setZoom(zoom === undefined ? 1 : undefined)} />
        </>
      }
    >
      <Box
        className={[classes.body, classes.imageGround, zoom === undefined ? classes.fittedGround : ''].join(' ')}
        tabIndex={0}
        role="region"
        aria-label={t('preview.zoomArea')}
      >
        {source.url === undefined ? (
          <Pending />
        ) : (
          <img
            src={source.url}
            alt={t('preview.image', { title, number: version.number })}
            className={zoom === undefined ? `${classes.image} ${classes.fitted}` : classes.image}
            style={zoom === undefined || natural === undefined || natural.width === 0 ? undefined : { width: natural.width * zoom }}
            onLoad={({ currentTarget }) => setNatural({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })}
            onError={() => setBroken(true)}
          />
        )}
      </Box>
    </PreviewFrame>
  );
}

/** The content's own address; or, when it was stored without the type of an image, a copy in memory that has it. */
function useImageSource(version: PreviewProps['version']): { url: string | undefined; error: Error | null; retry: () => void } {
  const type = imageTypeOf(version.mediaType, version.fileName);
  const isTyped = version.mediaType.toLowerCase().startsWith('image/');
  const { data, error, refetch } = useQuery(bytesQuery(version, !isTyped));
  const [copy, setCopy] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const url = URL.createObjectURL(new Blob([data], { type }));
    setCopy(url);
    return () => URL.revokeObjectURL(url);
  }, [data, type]);
  return { url: isTyped ? previewUrl(version.documentId, version.number) : copy, error, retry: () => void refetch() };
}
