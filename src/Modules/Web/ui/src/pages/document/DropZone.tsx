import { Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconCloudUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './Document.module.css';

/** Takes a file that is dropped anywhere on the page. Without a pointer the button of the header does the same, so that this is hidden. */
export function DropZone({ isActive, onDrop }: { isActive: boolean; onDrop: (files: File[]) => void }) {
  const { t } = useTranslation('document');
  return (
    <Dropzone.FullScreen active={isActive} onDrop={onDrop} activateOnClick={false} activateOnKeyboard={false} inputProps={{ 'aria-hidden': true }}>
      <div className={classes.drop}>
        <Stack align="center" gap="xs">
          <IconCloudUpload size={56} stroke={1.4} aria-hidden />
          <Text fz="xl" fw={650}>
            {t('upload.dropAnywhere')}
          </Text>
        </Stack>
      </div>
    </Dropzone.FullScreen>
  );
}
