import { Button } from '@mantine/core';
import { IconDice5 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { generatePassword } from '@/pages/profile/generatePassword';
import { NewPasswordInput } from '@/pages/profile/NewPasswordInput';

interface Props {
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

/** A password for somebody else: typed, or made up. */
export function GeneratedPassword({ value, onChange, error }: Props) {
  const { t } = useTranslation('admin');
  return (
    <NewPasswordInput
      label={t('people.password')}
      value={value}
      onChange={onChange}
      error={error}
      aside={
        <Button variant="default" leftSection={<IconDice5 size={18} />} style={{ flex: 'none' }} onClick={() => onChange(generatePassword())}>
          {t('people.generate')}
        </Button>
      }
    />
  );
}
