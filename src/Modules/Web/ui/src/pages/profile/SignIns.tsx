import { Badge, Button, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { keys, type Token } from '@/api';
import { Ago, ErrorState, ListSkeleton, notifyDone, notifyFailed, Section, useConfirm, useErrorText } from '@/components';
import { useFormat } from '@/format';
import { signOut } from '@/session/session';
import classes from './Profile.module.css';
import { endOtherSignIns, endToken, tokensQuery } from './tokens';

const shownAtFirst = 5;

export function SignIns() {
  const { t } = useTranslation('profile');
  const client = useQueryClient();
  const navigate = useNavigate();
  const confirm = useConfirm();
  const errorText = useErrorText();
  const query = useQuery(tokensQuery);
  const [whole, setWhole] = useState(false);
  const signIns = query.data?.filter(({ isSignIn }) => isSignIn);

  const leaving = useMutation({
    mutationFn: async () => {
      await endOtherSignIns();
      await signOut(client);
    },
    onSuccess: () => navigate({ to: '/', search: {}, replace: true }),
    onError: (error) => {
      notifyFailed(errorText(error));
      void client.invalidateQueries({ queryKey: keys.tokens });
    },
  });

  const leave = async () => {
    const sure = await confirm({
      title: t('signIns.confirm.title'),
      message: t('signIns.confirm.text'),
      confirm: t('signIns.everywhere'),
      danger: true,
    });
    if (sure) leaving.mutate();
  };

  return (
    <Section
      title={t('signIns.title')}
      hint={t('signIns.hint')}
      actions={
        <Button variant="default" leftSection={<IconLogout size={18} />} loading={leaving.isPending} onClick={() => void leave()}>
          {t('signIns.everywhere')}
        </Button>
      }
    >
      {query.isPending && <ListSkeleton label={t('loading')} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {signIns !== undefined && (
        <ul className={classes.list}>
          {(whole ? signIns : signIns.slice(0, shownAtFirst)).map((signIn) => (
            <SignInRow key={signIn.id} signIn={signIn} />
          ))}
        </ul>
      )}
      {signIns !== undefined && !whole && signIns.length > shownAtFirst && (
        <Button variant="subtle" size="sm" onClick={() => setWhole(true)}>
          {t('signIns.all', { count: signIns.length })}
        </Button>
      )}
    </Section>
  );
}

function SignInRow({ signIn }: { signIn: Token }) {
  const { t } = useTranslation('profile');
  const format = useFormat();
  const client = useQueryClient();
  const confirm = useConfirm();
  const errorText = useErrorText();
  const when = format.date(signIn.issuedAt);
  const ending = useMutation({
    mutationFn: () => endToken(signIn.id),
    onSuccess: () => {
      notifyDone(t('signIns.ended'));
      void client.invalidateQueries({ queryKey: keys.tokens });
    },
    onError: (error) => notifyFailed(errorText(error)),
  });

  const end = async () => {
    const sure = await confirm({ title: t('signIns.end.title', { when }), message: t('signIns.end.text'), confirm: t('signIns.end.action'), danger: true });
    if (sure) ending.mutate();
  };

  return (
    <li className={classes.item}>
      <div className={classes.text}>
        <Text fw={500} component="p" m={0}>
          {t('signIns.at', { when })}
          {signIn.isCurrent && (
            <Badge variant="light" ml="xs">
              {t('signIns.current')}
            </Badge>
          )}
        </Text>
        <Text size="sm" c="dimmed" component="p" m={0}>
          <Ago at={signIn.issuedAt} />
          {signIn.expiresAt !== null && ` · ${t('tokens.ends', { date: format.date(signIn.expiresAt) })}`}
        </Text>
      </div>
      {!signIn.isCurrent && (
        <Button variant="default" size="sm" loading={ending.isPending} aria-label={`${t('signIns.end.action')}: ${when}`} onClick={() => void end()}>
          {t('signIns.end.action')}
        </Button>
      )}
    </li>
  );
}
