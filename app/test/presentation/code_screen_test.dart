import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/memory_authentication.dart';
import 'support/stage.dart';

void main() {
  Stage stageOf(WidgetTester tester, {required bool sendsMail, AuthenticationState? state}) =>
      Stage(tester, state: state ?? const SignedOut())..weights.limits.value = ServerLimits(sendsMail: sendsMail);

  Future<void> tap(WidgetTester tester, Finder finder) async {
    await tester.ensureVisible(finder);
    await tester.pumpAndSettle();
    await tester.tap(finder);
    await tester.pumpAndSettle();
  }

  Future<void> enter(WidgetTester tester, String label, String text) =>
      tester.enterText(find.widgetWithText(TextFormField, label), text);

  final signIn = find.widgetWithText(FilledButton, 'Sign in');

  testWidgets('a forgotten password is replaced with a mailed code', (tester) async {
    final stage = stageOf(tester, sendsMail: true);
    await stage.showSignIn();
    await enter(tester, 'E-mail address', 'ada@example.org');
    await tap(tester, find.text('Forgot password?'));
    await tap(tester, find.text('Send code'));
    expect(stage.authentication.calls, ['mailCode ada@example.org']);
    expect(find.textContaining('on its way'), findsOneWidget);
    await tap(tester, signIn);
    expect(find.text('Enter the code.'), findsOneWidget);
    expect(stage.authentication.calls, hasLength(1));
    await enter(tester, 'Code', ' 7kqm 3xtp ');
    await enter(tester, 'New password', 'a new long password');
    stage.authentication.failure = const SignInFailure(SignInFailureKind.wrongCode);
    await tap(tester, signIn);
    expect(find.textContaining('This code is wrong'), findsOneWidget);
    stage.authentication.failure = null;
    await tap(tester, signIn);
    expect(stage.authentication.calls.last, 'resetPassword ada@example.org 7kqm 3xtp a new long password');
    expect(find.text('No weights yet'), findsOneWidget);
    expect(find.byType(TextFormField), findsNothing);
  });

  testWidgets('where the server sends no mail, a code of its operator is entered', (tester) async {
    final stage = stageOf(tester, sendsMail: false, state: const SignInExpired(MemoryAuthentication.ada));
    stage.sync.status.value = const SyncNeedsSignIn(pending: 0);
    await stage.showSignIn();
    await tap(tester, find.text('Forgot password?'));
    expect(find.textContaining('Ask its operator'), findsOneWidget);
    expect(find.text('Send code'), findsNothing);
    await tap(tester, find.text('I have a code'));
    await enter(tester, 'Code', '7KQM-3XTP');
    await enter(tester, 'New password', 'short');
    await tap(tester, signIn);
    expect(stage.authentication.calls, isEmpty);
    await enter(tester, 'New password', 'a new long password');
    await tap(tester, signIn);
    expect(stage.authentication.calls, ['resetPassword ada@example.org 7KQM-3XTP a new long password']);
    expect(find.byType(TextFormField), findsNothing, reason: 'both forms are closed');
  });

  testWidgets('a new account confirms its address with a code where the server mails one', (tester) async {
    final stage = stageOf(tester, sendsMail: true)..authentication.mailsCodes = true;
    await stage.showSignIn();
    await tap(tester, find.text('New here? Create an account'));
    await enter(tester, 'E-mail address', 'ada@example.org');
    await enter(tester, 'Password', 'a new long password');
    await tap(tester, find.widgetWithText(FilledButton, 'Create account'));
    expect(find.text('Confirm your address'), findsOneWidget);
    expect(find.text('New password'), findsNothing);
    await enter(tester, 'Code', '7KQM-3XTP');
    await tap(tester, signIn);
    expect(stage.authentication.calls.last, 'resetPassword ada@example.org 7KQM-3XTP a new long password');
    expect(find.text('No weights yet'), findsOneWidget);
    expect(find.byType(TextFormField), findsNothing);
  });
}
