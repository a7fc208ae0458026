import { Group, Text, Tooltip } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useLiveConnected } from '@/live';
import classes from './Activity.module.css';

/** Whether changes arrive by themselves right now. */
export function LiveState() {
  const { t } = useTranslation('activity');
  const connected = useLiveConnected();
  return (
    <Tooltip label={connected ? t('liveHint') : t('reconnectingHint')} multiline maw={280}>
      <Group gap={8} wrap="nowrap" role="status" className={classes.live} data-connected={connected || undefined}>
        <span className={classes.dot} aria-hidden />
        <Text span size="sm" fw={500}>
          {connected ? t('live') : t('reconnecting')}
        </Text>
      </Group>
    </Tooltip>
  );
}
