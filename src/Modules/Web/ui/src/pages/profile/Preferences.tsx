import { Group, Input, SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '@/components';
import { chooseLanguage, type Language, languages } from '@/i18n/i18n';

const schemes = ['light', 'dark', 'auto'] as const;

/** What this browser remembers. */
export function Preferences() {
  const { t, i18n } = useTranslation('profile');
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const id = useId();
  return (
    <Section title={t('look.title')} hint={t('look.hint')}>
      <Group gap="xl">
        <div>
          <Input.Label id={`${id}-language`} labelElement="div" mb={6} display="block">
            {t('look.language')}
          </Input.Label>
          <SegmentedControl
            aria-labelledby={`${id}-language`}
            value={i18n.language}
            onChange={(language) => void chooseLanguage(language as Language)}
            data={Object.entries(languages).map(([value, label]) => ({ value, label: <span lang={value}>{label}</span> }))}
          />
        </div>
        <div>
          <Input.Label id={`${id}-theme`} labelElement="div" mb={6} display="block">
            {t('look.theme')}
          </Input.Label>
          <SegmentedControl
            aria-labelledby={`${id}-theme`}
            value={colorScheme}
            onChange={(scheme) => setColorScheme(scheme as (typeof schemes)[number])}
            data={schemes.map((scheme) => ({ value: scheme, label: t(`look.${scheme}`) }))}
          />
        </div>
      </Group>
    </Section>
  );
}
