import { Box, Container, Group, Paper, SimpleGrid, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, keys } from '@/api';
import { useFormat } from '@/format';
import { Logo } from '@/components/Logo';
import classes from './HomePage.module.css';
import { LanguageChoice } from './LanguageChoice';
import { SignInForm } from './SignInForm';

/** What Kilo is, and the way in. */
export function HomePage() {
  const { t } = useTranslation('home');
  const portal = useQuery({
    queryKey: keys.portal,
    queryFn: async ({ signal }) => body(await api.GET('/api/portal', { signal })),
  });
  useEffect(() => {
    document.title = `Kilo · ${t('signIn.title')}`;
  }, [t]);

  return (
    <Box className={classes.page}>
      <Container size="lg" className={classes.container}>
        <Group component="header" justify="space-between" py="lg">
          <Group gap="sm">
            <Logo size={36} />
            <Text fw={700} fz={22} className={classes.name}>
              Kilo
            </Text>
          </Group>
          <LanguageChoice />
        </Group>
        <SimpleGrid component="main" cols={{ base: 1, md: 2 }} spacing={{ base: 'xl', md: 80 }} className={classes.main}>
          <div>
            <Title order={1} className={classes.headline}>
              {t('headline')}
            </Title>
            <Text fz="lg" c="dimmed" mt="md" maw={480}>
              {t('sentence')}
            </Text>
            <Group component="dl" gap={48} mt={40} mb={0}>
              <Figure name={t('users', { count: portal.data?.users ?? 0 })} value={portal.data?.users ?? undefined} />
              <Figure name={t('documents', { count: portal.data?.documents ?? 0 })} value={portal.data?.documents ?? undefined} />
            </Group>
          </div>
          <Paper withBorder shadow="md" radius="lg" p={{ base: 'lg', xs: 32 }} className={classes.card}>
            <SignInForm />
          </Paper>
        </SimpleGrid>
      </Container>
    </Box>
  );
}

function Figure({ name, value }: { name: string; value: number | undefined }) {
  const format = useFormat();
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>{value === undefined ? '–' : format.number(value)}</dd>
    </div>
  );
}
