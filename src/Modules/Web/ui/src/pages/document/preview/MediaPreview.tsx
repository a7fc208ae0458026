import { Box } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { previewUrl } from './content';
import { NoPreview } from './NoPreview';
import type { PreviewProps } from './previewProps';
import classes from './Preview.module.css';
import { PreviewFrame } from './PreviewFrame';
import { previewKind } from './previewKind';

/** Sound and film by the browser's own players, which fetch only what they play. */
export function MediaPreview({ version, title }: PreviewProps) {
  const { t } = useTranslation('document');
  const [isBroken, setBroken] = useState(false);
  if (isBroken) return <NoPreview version={version} why={t('preview.broken')} />;
  const Player = previewKind(version.mediaType, version.fileName) === 'audio' ? 'audio' : 'video';
  return (
    <PreviewFrame info={version.fileName}>
      <Box className={classes.media}>
        <Player
          controls
          preload="metadata"
          className={classes[Player]}
          src={previewUrl(version.documentId, version.number)}
          aria-label={t('preview.play', { title, number: version.number })}
          onError={() => setBroken(true)}
        />
      </Box>
    </PreviewFrame>
  );
}
