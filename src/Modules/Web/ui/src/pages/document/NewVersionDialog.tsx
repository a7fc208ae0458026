import '@mantine/dropzone/styles.css';
import { Alert, Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconCloudUpload, IconInfoCircle } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DocumentDetails } from '@/api';
import { FileIcon } from '@/components';
import { useFormat } from '@/format';
import { libraryNameOf } from '@/library';
import { useSession } from '@/session/session';
import { uploads } from '@/uploads';

const longestNote = 2000;
const longestLabel = 100;

interface Props {
  document: DocumentDetails;
  /** What was dropped on the page. */
  dropped: File | undefined;
  onClose: () => void;
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

/** A file with a note and a label, on its way to become the next version. */
export function NewVersionDialog({ document, dropped, onClose }: Props) {
  const { t } = useTranslation('document');
  const { t: common } = useTranslation();
  const { id: userId } = useSession();
  const [file, setFile] = useState(dropped);
  const [note, setNote] = useState('');
  const [label, setLabel] = useState('');
  // What the person had seen when they began; a version that arrives meanwhile makes theirs concurrent.
  const [basedOn] = useState(document.version);
  const extension = extensionOf(document.fileName);
  const isOtherType = file !== undefined && extension !== '' && extensionOf(file.name) !== extension;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (file === undefined) return;
    const { id, folder, title } = document;
    const target = {
      kind: 'version',
      document: id,
      library: libraryNameOf(document.library, userId) ?? 'shared',
      folder,
      title,
      basedOn,
      note: note.trim(),
      label: label.trim(),
    } as const;
    uploads.add([{ file, target }]);
    onClose();
  };

  return (
    <Modal
      opened
      onClose={onClose}
      title={t('upload.title', { title: document.title })}
      size="lg"
      closeButtonProps={{ 'aria-label': common('action.close') }}
    >
      <form onSubmit={submit}>
        <Stack>
          <Dropzone
            multiple={false}
            onDrop={([chosen]) => setFile(chosen)}
            inputProps={{ 'aria-label': t('upload.choose') }}
            aria-label={file === undefined ? t('upload.choose') : t('upload.change')}
            p="md"
          >
            {file === undefined ? (
              <Stack align="center" gap={6} py="md">
                <IconCloudUpload size={40} stroke={1.4} aria-hidden />
                <Text ta="center">{t('upload.choose')}</Text>
              </Stack>
            ) : (
              <ChosenFile file={file} hint={t('upload.change')} />
            )}
          </Dropzone>
          {isOtherType && (
            <Alert variant="default" icon={<IconInfoCircle />}>
              {t('upload.otherType', { name: file.name, extension })}
            </Alert>
          )}
          {document.version > basedOn && (
            <Alert variant="default" icon={<IconInfoCircle />} role="status">
              {t('upload.meanwhile', { version: document.version })}
            </Alert>
          )}
          <Textarea
            label={t('upload.note')}
            description={t('upload.noteHint')}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={longestNote}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <TextInput
            label={t('upload.label')}
            description={t('upload.labelHint')}
            maxLength={longestLabel}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common('action.cancel')}
            </Button>
            <Button type="submit" disabled={file === undefined} leftSection={<IconCloudUpload size={18} />}>
              {t('upload.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ChosenFile({ file, hint }: { file: File; hint: string }) {
  const format = useFormat();
  return (
    <Group wrap="nowrap">
      <FileIcon mediaType={file.type} name={file.name} size={32} />
      <div style={{ minWidth: 0 }}>
        <Text truncate>{file.name}</Text>
        <Text size="sm" c="dimmed">
          {format.bytes(file.size)} · {hint}
        </Text>
      </div>
    </Group>
  );
}
