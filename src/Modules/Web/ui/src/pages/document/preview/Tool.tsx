import { ActionIcon, Tooltip } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface Props {
  icon: Icon;
  label: string;
  onClick: () => void;
  /** For a tool that is on or off. */
  pressed?: boolean;
  disabled?: boolean;
}

/** A button of a preview's bar. */
export function Tool({ icon: IconOfTool, label, onClick, pressed, disabled = false }: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed === true ? 'filled' : 'default'}
        size="lg"
        aria-label={label}
        aria-pressed={pressed}
        disabled={disabled}
        onClick={onClick}
      >
        <IconOfTool size={18} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
