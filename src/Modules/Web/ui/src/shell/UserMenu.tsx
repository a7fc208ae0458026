import { Avatar, Menu, Text, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconKeyboard, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { notifyFailed, useErrorText } from '@/components';
import { chooseLanguage, type Language, languages } from '@/i18n/i18n';
import { signOut, useSession } from '@/session/session';
import { uploads } from '@/uploads';

const schemes = [
  { scheme: 'light', icon: IconSun },
  { scheme: 'dark', icon: IconMoon },
  { scheme: 'auto', icon: IconDeviceDesktop },
] as const;

export function UserMenu({ onShowKeyboardMap }: { onShowKeyboardMap: () => void }) {
  const { t, i18n } = useTranslation('shell');
  const user = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const leaving = useMutation({
    mutationFn: () => signOut(client),
    onSuccess: () => navigate({ to: '/', search: {}, replace: true }),
    onError: (error) => notifyFailed(errorText(error)),
  });

  const leave = () => {
    uploads.cancelAll();
    leaving.mutate();
  };

  return (
    <Menu width={260} position="bottom-end">
      <Menu.Target>
        <UnstyledButton style={{ borderRadius: '50%' }}>
          <span className="visually-hidden">{t('user.menu', { name: user.displayName })}</span>
          <Avatar name={user.displayName} color="kilo" radius="xl" size={36} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Text fw={600} size="sm" px="sm" pt={6} truncate>
          {user.displayName}
        </Text>
        <Text c="dimmed" size="xs" px="sm" pb={6} truncate>
          {user.email}
        </Text>
        <Menu.Divider />
        <Menu.Item component={Link} to="/profile" leftSection={<IconUser size={18} />}>
          {t('user.profile')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={18} />} onClick={onShowKeyboardMap}>
          {t('keyboard.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('user.theme')}</Menu.Label>
        {schemes.map(({ scheme, icon: IconOfScheme }) => (
          <Menu.Item
            key={scheme}
            closeMenuOnClick={false}
            leftSection={<IconOfScheme size={18} />}
            rightSection={colorScheme === scheme && <IconCheck size={16} role="img" aria-label={t('user.chosen')} />}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`user.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('user.language')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((language) => (
          <Menu.Item
            key={language}
            closeMenuOnClick={false}
            lang={language}
            rightSection={i18n.language === language && <IconCheck size={16} role="img" aria-label={t('user.chosen')} />}
            onClick={() => void chooseLanguage(language)}
          >
            {languages[language]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={18} />} onClick={leave}>
          {t('user.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
