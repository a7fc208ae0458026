import { Button, Checkbox, Group, Radio, Stack, Text } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { Answer, Resolution } from './conflicts';

interface Props {
  title: string;
  /** How many more names exist. */
  others: number;
  onAnswer: (answer: Answer | null) => void;
}

const resolutions = ['version', 'both', 'skip'] as const;

export function ConflictDialog({ title, others, onAnswer }: Props) {
  const { t } = useTranslation('uploads');
  const [resolution, setResolution] = useState<Resolution>('version');
  const [forAll, setForAll] = useState(false);
  const answer = (event: FormEvent) => {
    event.preventDefault();
    onAnswer({ resolution, forAll });
  };

  return (
    <form onSubmit={answer}>
      <Stack>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          <Trans t={t} i18nKey="conflict.text" values={{ title }} components={{ b: <strong /> }} shouldUnescape />
        </Text>
        <Radio.Group value={resolution} onChange={(value) => setResolution(value as Resolution)} aria-label={t('conflict.title')}>
          <Stack gap="xs">
            {resolutions.map((value) => (
              <Radio.Card key={value} value={value} p="sm" radius="md" data-autofocus={value === 'version' || undefined}>
                <Group wrap="nowrap" align="flex-start">
                  <Radio.Indicator />
                  <div>
                    <Text size="sm" fw={600}>
                      {t(`conflict.${value}`)}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t(`conflict.${value}Hint`)}
                    </Text>
                  </div>
                </Group>
              </Radio.Card>
            ))}
          </Stack>
        </Radio.Group>
        {others > 0 && (
          <Checkbox label={t('conflict.forAll', { count: others })} checked={forAll} onChange={(event) => setForAll(event.currentTarget.checked)} />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onAnswer(null)}>
            {t('conflict.cancel')}
          </Button>
          <Button type="submit">{t('conflict.continue')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
