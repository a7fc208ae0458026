import { Box, Burger, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { GlobalSearch } from './GlobalSearch';
import { Logo } from '@/components/Logo';
import classes from './Shell.module.css';
import { UserMenu } from './UserMenu';

interface Props {
  navigationOpened: boolean;
  onToggleNavigation: () => void;
  onShowKeyboardMap: () => void;
}

export function Header({ navigationOpened, onToggleNavigation, onShowKeyboardMap }: Props) {
  const { t } = useTranslation('shell');
  return (
    <Group h="100%" px="md" gap="md" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap" w={{ base: 'auto', sm: 216 }}>
        <Burger
          opened={navigationOpened}
          onClick={onToggleNavigation}
          hiddenFrom="sm"
          size="sm"
          aria-label={navigationOpened ? t('navigation.close') : t('navigation.open')}
        />
        <Link to="/" className={classes.brand}>
          <Logo />
          <Box component="span" visibleFrom="sm">
            Kilo
          </Box>
          <Box component="span" hiddenFrom="sm" className="visually-hidden">
            Kilo
          </Box>
        </Link>
      </Group>
      <Box flex={1} maw={560}>
        <GlobalSearch />
      </Box>
      <UserMenu onShowKeyboardMap={onShowKeyboardMap} />
    </Group>
  );
}
