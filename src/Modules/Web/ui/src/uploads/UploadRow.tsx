import { ActionIcon, Anchor, Group, Progress, Text, Tooltip } from '@mantine/core';
import { IconCircleCheck, IconPlayerPause, IconPlayerPlay, IconRefresh, IconX } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { FileIcon, useErrorText } from '@/components';
import { useFormat } from '@/format';
import { isActive, isResumable, type Upload } from './upload';
import { uploads } from './uploads';

export function UploadRow({ upload }: { upload: Upload }) {
  const { t } = useTranslation('uploads');
  const { id, file, target, state, stored } = upload;
  const percent = file.size === 0 ? 0 : (upload.sent / file.size) * 100;
  return (
    <Group wrap="nowrap" gap="sm" h="100%">
      <FileIcon mediaType={file.type} name={target.title} />
      <div style={{ minWidth: 0, flex: 1 }}>
        {stored?.document === undefined ? (
          <Text size="sm" truncate>
            {target.title}
          </Text>
        ) : (
          <Anchor size="sm" truncate display="block" renderRoot={(props) => <Link to="/documents/$id" params={{ id: stored.document ?? '' }} {...props} />}>
            {target.title}
          </Anchor>
        )}
        {(isActive(upload) || state === 'paused') && (
          <Progress value={percent} size={4} my={3} color={state === 'uploading' ? undefined : 'gray'} aria-label={t('progressOf', { title: target.title })} />
        )}
        <StateText upload={upload} />
      </div>
      {state === 'uploading' && isResumable(upload) && (
        <Action label={t('pause', { title: target.title })} icon={IconPlayerPause} onClick={() => uploads.pause(id)} />
      )}
      {state === 'paused' && <Action label={t('resume', { title: target.title })} icon={IconPlayerPlay} onClick={() => uploads.resume(id)} />}
      {(state === 'failed' || state === 'waiting') && (
        <Action label={t('retry', { title: target.title })} icon={IconRefresh} onClick={() => uploads.resume(id)} />
      )}
      {state === 'done' ? (
        <IconCircleCheck size={20} color="var(--mantine-color-teal-filled)" aria-hidden style={{ flexShrink: 0 }} />
      ) : (
        <Action label={t('cancel', { title: target.title })} icon={IconX} onClick={() => uploads.cancel(id)} />
      )}
    </Group>
  );
}

function StateText({ upload }: { upload: Upload }) {
  const { t } = useTranslation('uploads');
  const format = useFormat();
  const errorText = useErrorText();
  const { state, file, sent, bytesPerSecond, stored, target } = upload;
  if (state === 'failed') {
    return (
      <Tooltip label={errorText(upload.error)} multiline maw={360}>
        <Text size="xs" c="var(--mantine-color-error)" lineClamp={2}>
          {errorText(upload.error)}
        </Text>
      </Tooltip>
    );
  }
  const size = format.bytes(file.size);
  const text = {
    queued: t('state.queued', { size }),
    uploading: t('state.uploading', { sent: format.bytes(sent), size, speed: format.bytes(bytesPerSecond) }),
    waiting: t('state.waiting'),
    paused: t('state.paused', { sent: format.bytes(sent), size }),
    done: stored?.unchanged === true ? t('state.unchanged') : target.kind === 'version' ? t('state.version', { size }) : t('state.done', { size }),
  }[state];
  return (
    <Text size="xs" c="dimmed" truncate>
      {text}
    </Text>
  );
}

function Action({ label, icon: IconOfAction, onClick }: { label: string; icon: Icon; onClick: () => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        <IconOfAction size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
