import 'package:flutter/material.dart';
import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';
import 'support/stage.dart';

void main() {
  testWidgets('single widgets take the colours of the app\'s theme', (tester) async {
    final stage = Stage(tester)..sync.status.value = statuses['offline']!;
    final theme = ThemeData();
    final own = WeightSyncTheme.from(
      theme.colorScheme,
    ).copyWith(chartHeight: 90, bannerBackground: Colors.pink, waiting: Colors.brown);
    await tester.pumpWidget(
      MaterialApp(
        theme: theme.copyWith(extensions: [own]),
        localizationsDelegates: const [WeightWords.delegate],
        home: Scaffold(
          body: Column(
            children: [
              SyncBanner(sync: stage.sync, onSignIn: () {}, onConflicts: () {}),
              SyncIndicator(sync: stage.sync, onSignIn: () {}, onConflicts: () {}),
              WeightChart(entries: entries, unit: WeightUnit.kg),
              WeightEntryTile(entry: entries.first, unit: WeightUnit.kg, onTap: () {}),
            ],
          ),
        ),
      ),
    );
    expect(tester.getSize(find.byType(WeightChart)).height, 90);
    expect(tester.widget<Card>(find.byType(Card)).color, Colors.pink);
    expect(tester.widget<Icon>(find.byIcon(Icons.cloud_off).last).color, Colors.brown);
    expect(tester.widget<Icon>(find.byIcon(Icons.schedule)).color, Colors.brown);
  });

  test('a theme is equal to its copy, and is half of another in between', () {
    final light = WeightSyncTheme.from(const ColorScheme.light());
    expect(light.copyWith(), light);
    expect(light.copyWith().hashCode, light.hashCode);
    expect(light.copyWith(problem: Colors.pink), isNot(light));
    expect(light.lerp(light.copyWith(chartHeight: 300), 0.5).chartHeight, 250);
  });

  testWidgets('the app takes a theme', (tester) async {
    final stage = Stage(tester);
    await tester.pumpWidget(
      WeightSyncApp(
        screens: stage.screens,
        theme: ThemeData(primaryColor: Colors.pink),
      ),
    );
    expect(Theme.of(tester.element(find.byType(Scaffold))).primaryColor, Colors.pink);
  });
}
