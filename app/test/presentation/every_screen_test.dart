import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/chosen_google_id_tokens.dart';
import 'support/memory_authentication.dart';
import 'support/samples.dart';
import 'support/stage.dart';

/// All screens, in states with much text.
final _screens = <String, Widget Function(Stage)>{
  'sign-in': (stage) => (stage..authentication.state.value = const SignedOut(accountWasDeleted: true)).screens.signIn(),
  'sign-in again': (stage) =>
      (stage..authentication.state.value = const SignInExpired(MemoryAuthentication.ada)).screens.signIn(),
  'sign-in with Google': (stage) =>
      (stage
            ..google = ChosenGoogleIdTokens()
            ..authentication.state.value = const SignedOut()
            ..weights.limits.value = const ServerLimits(googleClientIds: ['app.example']))
          .screens
          .signIn(),
  'forgotten password': (stage) =>
      (stage..weights.limits.value = const ServerLimits(sendsMail: true)).screens.code(email: 'ada@example.org'),
  'forgotten password without mail': (stage) => stage.screens.code(email: ''),
  'code of a new account': (stage) => stage.screens.code(email: 'ada@example.org', password: 'secret'),
  'empty list': (stage) => (stage..weights.entries.value = const []).screens.weightList(),
  'list': (stage) => stage.screens.weightList(),
  'offline list': (stage) => (stage..sync.status.value = statuses['offline']!).screens.weightList(),
  'list after a loss': (stage) => (stage..weights.lostByServer.value = 3).screens.weightList(),
  'damaged list': (stage) => (stage..weights.damagedCopy.value = 'weights.journal.damaged').screens.weightList(),
  'list of a newer version': (stage) =>
      (stage..sync.status.value = statuses['stalled, newerData']!).screens.weightList(),
  'new weight': (stage) => stage.screens.editor(),
  'refused weight': (stage) => stage.screens.editor(entries[3]),
  'conflicts': (stage) => (stage..weights.conflicts.value = [conflict()]).screens.conflicts(),
  'long conflicts': (stage) => (stage..weights.conflicts.value = longConflicts).screens.conflicts(),
  'no conflicts': (stage) => stage.screens.conflicts(),
  'list without an account': (stage) =>
      (stage..authentication.state.value = const SignedOut(accountWasDeleted: true)).screens.weightList(),
  'list with weights to adopt': (stage) =>
      (stage..weights.adoption.value = const AdoptionOffer(count: 1200, needsAnswer: true)).screens.weightList(),
  'empty list with weights that wait for the account': (stage) =>
      (stage
            ..weights.entries.value = const []
            ..weights.adoption.value = const AdoptionOffer(count: 1200, needsAnswer: false, waitsForAccount: true))
          .screens
          .weightList(),
  'settings without an account': (stage) => (stage..authentication.state.value = const SignedOut()).screens.settings(),
  'settings of an app that signs in itself': (stage) =>
      (stage
            ..weights.adoption.value = const AdoptionOffer(count: 1200, needsAnswer: false)
            ..host = HostAccount(name: 'Acme Health', onSignIn: (_) {}, onSignOut: (_) {}))
          .screens
          .settings(),
  'devices': (stage) => stage.screens.devices(),
  'devices offline': (stage) =>
      (stage..authentication.devices.failure = const SignInFailure(SignInFailureKind.unreachable)).screens.devices(),
  'settings': (stage) => (stage..weights.conflicts.value = [conflict()]).screens.settings(),
};

void main() {
  for (final MapEntry(key: name, value: screen) in _screens.entries) {
    for (final language in ['en', 'de', 'fr', 'es']) {
      testWidgets('$name fits a small phone with text of twice the size, $language', (tester) async {
        final stage = Stage(tester, entries: entries);
        await stage.show(screen(stage), language: language, textScale: 2, size: const Size(320, 640));
        expect(tester.takeException(), isNull);
      });

      for (final isDark in [false, true]) {
        testWidgets(
          '$name meets the guidelines for contrast and tap targets, $language, ${isDark ? 'dark' : 'light'}',
          (tester) async {
            final semantics = tester.ensureSemantics();
            final stage = Stage(tester, entries: entries);
            await stage.show(screen(stage), language: language, isDark: isDark);
            await expectLater(tester, meetsGuideline(labeledTapTargetGuideline));
            await expectLater(tester, meetsGuideline(androidTapTargetGuideline));
            await expectLater(tester, meetsGuideline(textContrastGuideline));
            semantics.dispose();
          },
        );
      }
    }
  }
}
