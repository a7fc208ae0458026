import { Group, PasswordInput, Progress, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { shortestPassword, type Strength, strengthOf } from './passwordStrength';

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  aside?: ReactNode;
}

const looks: Record<Strength, { share: number; color: string }> = {
  short: { share: 12, color: 'red' },
  weak: { share: 40, color: 'orange' },
  fair: { share: 70, color: 'yellow' },
  good: { share: 100, color: 'teal' },
  long: { share: 100, color: 'red' },
};

/** A new password, with a word on how good it is. */
export function NewPasswordInput({ label, value, onChange, error, aside }: Props) {
  const { t } = useTranslation('profile');
  const hintId = useId();
  const strength = strengthOf(value);
  const { share, color } = looks[strength];
  return (
    <div>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <PasswordInput
          flex={1}
          label={label}
          value={value}
          required
          autoComplete="new-password"
          aria-describedby={hintId}
          error={error !== undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
        />
        {aside}
      </Group>
      {value !== '' && <Progress value={share} color={color} size={4} mt={8} aria-hidden />}
      <Text id={hintId} size="sm" mt={4} c={error === undefined ? 'dimmed' : 'var(--mantine-color-error)'} role={error === undefined ? undefined : 'alert'}>
        {error ?? (value === '' ? t('password.rule', { count: shortestPassword }) : t(`password.strength.${strength}`))}
      </Text>
    </div>
  );
}
