import '@mantine/dropzone/styles.css';
import { Stack, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconUpload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import classes from './LibraryPage.module.css';

interface Props {
  place: string;
  onDrop: (files: File[]) => void;
}

/** Takes files and whole folders that are dropped anywhere on the page. */
export function DropArea({ place, onDrop }: Props) {
  const { t } = useTranslation('library');
  return (
    <Dropzone.FullScreen
      onDrop={onDrop}
      activateOnClick={false}
      activateOnKeyboard={false}
      withinPortal={false}
      inputProps={{ 'aria-label': t('upload.files'), tabIndex: -1 }}
    >
      <Dropzone.Accept>
        <div className={classes.drop}>
          <Stack align="center" gap="xs">
            <IconUpload size={56} stroke={1.4} aria-hidden />
            <Text fz="xl" fw={650}>
              {t('drop.title', { place })}
            </Text>
            <Text c="dimmed">{t('drop.text')}</Text>
          </Stack>
        </div>
      </Dropzone.Accept>
    </Dropzone.FullScreen>
  );
}
