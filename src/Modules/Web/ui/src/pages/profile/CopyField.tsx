import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { announce } from '@/components';
import { copyText } from './copyText';
import classes from './Profile.module.css';

interface Props {
  label: string;
  value: string;
  multiline?: boolean;
}

const shownMs = 2500;

/** A text to take along, with a button that copies it. */
export function CopyField({ label, value, multiline = false }: Props) {
  const { t } = useTranslation('profile');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    const done = await copyText(value);
    setCopied(done);
    announce(done ? t('copy.done') : t('copy.failed'));
  };

  const word = copied ? t('copy.done') : t('copy.action');
  const field = {
    label,
    value,
    readOnly: true,
    flex: 1,
    classNames: { input: classes.code },
    onFocus: (event: { currentTarget: { select: () => void } }) => event.currentTarget.select(),
  };

  return (
    <Group align="flex-end" gap="xs" wrap="nowrap">
      {multiline ? <Textarea {...field} autosize /> : <TextInput {...field} />}
      <Button
        variant="default"
        className={classes.copy}
        leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        aria-label={`${word}: ${label}`}
        onClick={() => void copy()}
      >
        {word}
      </Button>
    </Group>
  );
}
