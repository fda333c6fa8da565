import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/stage.dart';

Future<void> _open(WidgetTester tester, Stage stage) async {
  await stage.showApp();
  await tester.tap(find.byTooltip('Settings'));
  await tester.pumpAndSettle();
  await tester.ensureVisible(find.text('Signed-in devices'));
  await tester.tap(find.text('Signed-in devices'));
  await tester.pumpAndSettle();
}

void main() {
  testWidgets('every device is listed with its last use, and others can be signed out', (tester) async {
    final stage = Stage(tester);
    await _open(tester, stage);
    expect(find.text('Pixel 8'), findsOneWidget);
    expect(find.text('This device'), findsOneWidget);
    expect(find.textContaining('Last seen Mar 4, 2025'), findsNWidgets(2));
    expect(find.byTooltip('Sign out Pixel 8?'), findsNothing);
    await tester.tap(find.byTooltip('Sign out Unnamed device?'));
    await tester.pumpAndSettle();
    await tester.tap(find.text('Cancel'));
    await tester.pumpAndSettle();
    expect(stage.authentication.devices.all, hasLength(3));
    await tester.tap(find.byTooltip('Sign out Tablet in the kitchen?'));
    await tester.pumpAndSettle();
    await tester.tap(find.widgetWithText(TextButton, 'Sign out'));
    await tester.pumpAndSettle();
    expect(stage.authentication.devices.all.map((device) => device.id), ['1', '3']);
    expect(find.text('Tablet in the kitchen'), findsNothing);
  });

  testWidgets('without the server the screen says so, and tries again', (tester) async {
    final stage = Stage(tester)..authentication.devices.failure = const SignInFailure(SignInFailureKind.unreachable);
    await _open(tester, stage);
    expect(find.textContaining('can’t be reached'), findsOneWidget);
    stage.authentication.devices.failure = null;
    await tester.tap(find.text('Try again'));
    await tester.pumpAndSettle();
    expect(find.text('Pixel 8'), findsOneWidget);
    stage.authentication.devices.failure = const SignInFailure(SignInFailureKind.unreachable);
    await tester.tap(find.byTooltip('Sign out Tablet in the kitchen?'));
    await tester.pumpAndSettle();
    await tester.tap(find.widgetWithText(TextButton, 'Sign out'));
    await tester.pumpAndSettle();
    expect(find.textContaining('can’t be reached'), findsOneWidget);
    expect(find.text('Tablet in the kitchen'), findsOneWidget);
  });
}
