import { Badge, Button, Group, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, type Token } from '@/api';
import { Ago, EmptyState, ErrorState, ListSkeleton, notifyDone, notifyFailed, Section, useConfirm, useErrorText } from '@/components';
import { useFormat } from '@/format';
import { useShortcut } from '@/shortcuts';
import { NewToken } from './NewToken';
import classes from './Profile.module.css';
import { endsSoon } from './tokenExpiry';
import { endToken, tokensQuery } from './tokens';

export function Tokens() {
  const { t } = useTranslation('profile');
  const query = useQuery(tokensQuery);
  const [making, setMaking] = useState(false);
  const tokens = query.data?.filter(({ isSignIn }) => !isSignIn);
  useShortcut('n', t('tokens.new'), () => setMaking(true), t('title'));

  return (
    <Section
      title={t('tokens.title')}
      hint={t('tokens.hint')}
      actions={
        <Button leftSection={<IconPlus size={18} />} onClick={() => setMaking(true)}>
          {t('tokens.new')}
        </Button>
      }
    >
      {query.isPending && <ListSkeleton label={t('loading')} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {tokens?.length === 0 && (
        <EmptyState icon={IconKey} title={t('tokens.empty.title')}>
          {t('tokens.empty.text')}
        </EmptyState>
      )}
      {tokens !== undefined && tokens.length > 0 && (
        <ul className={classes.list}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      <NewToken opened={making} onClose={() => setMaking(false)} />
    </Section>
  );
}

function TokenRow({ token }: { token: Token }) {
  const { t } = useTranslation('profile');
  const format = useFormat();
  const client = useQueryClient();
  const confirm = useConfirm();
  const errorText = useErrorText();
  const revoking = useMutation({
    mutationFn: () => endToken(token.id),
    onSuccess: () => {
      notifyDone(t('tokens.revoked', { name: token.name }));
      void client.invalidateQueries({ queryKey: keys.tokens });
    },
    onError: (error) => notifyFailed(errorText(error)),
  });

  const revoke = async () => {
    const sure = await confirm({
      title: t('tokens.confirm.title', { name: token.name }),
      message: t('tokens.confirm.text'),
      confirm: t('tokens.revoke'),
      danger: true,
    });
    if (sure) revoking.mutate();
  };

  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <Group gap="xs">
          <Text fw={500} className={classes.name}>
            {token.name}
          </Text>
          {endsSoon(token.expiresAt, Date.now()) && (
            <Badge variant="outline" color="gray" className={classes.badge}>
              {t('tokens.soon')}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed" component="p" m={0}>
          {t('tokens.made')} <Ago at={token.issuedAt} />
          {' · '}
          {token.expiresAt === null ? t('tokens.endless') : t('tokens.ends', { date: format.date(token.expiresAt) })}
        </Text>
      </div>
      <Button
        variant="default"
        size="sm"
        loading={revoking.isPending}
        aria-label={`${t('tokens.revoke')}: ${token.name}`}
        onClick={() => void revoke()}
      >
        {t('tokens.revoke')}
      </Button>
    </li>
  );
}
