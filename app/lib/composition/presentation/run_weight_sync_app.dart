import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter_localizations/flutter_localizations.dart';

import '../../core/presentation/app_theme.dart';
import '../../core/presentation/empty_state.dart';
import '../../core/storage/folder_in_use.dart';
import '../../core/storage/storage_failure.dart';
import '../../l10n/generated/weight_words.dart';
import '../weight_sync.dart';
import 'weight_screens.dart';
import 'weight_sync_app.dart';

/// Opens the data by [open] and shows the package's own screens; if the data cannot be opened, says why. For `main`.
///
/// An app that signs in itself passes [screens], which returns `WeightScreens.withOwnSignIn`. The other arguments are
/// those of [WeightSyncApp].
Future<void> runWeightSyncApp(
  Future<WeightSync> Function() open, {
  WeightScreens Function(WeightSync app) screens = WeightScreens.of,
  Locale? locale,
  ThemeMode themeMode = ThemeMode.system,
  ThemeData? theme,
  ThemeData? darkTheme,
  List<LocalizationsDelegate<Object?>> localizationsDelegates = const [],
}) async {
  WidgetsFlutterBinding.ensureInitialized();
  void show(Widget Function(WeightWords words) content) => runApp(
    MaterialApp(
      debugShowCheckedModeBanner: false,
      theme: theme ?? AppTheme.light(),
      darkTheme: darkTheme ?? AppTheme.dark(),
      themeMode: themeMode,
      locale: locale,
      supportedLocales: WeightWords.supportedLocales,
      localizationsDelegates: [
        ...localizationsDelegates,
        WeightWords.delegate,
        ...GlobalMaterialLocalizations.delegates,
      ],
      home: Builder(
        builder: (context) => Scaffold(
          body: Center(child: SingleChildScrollView(child: content(WeightWords.of(context)))),
        ),
      ),
    ),
  );
  // Opening is fast, unless another window or tab has the data open.
  final slow = Timer(const Duration(milliseconds: 300), () => show(_opening));
  final WeightSync app;
  try {
    app = await open();
  } on FolderInUse {
    return show((words) => _problem(words.openElsewhere));
  } on StorageFailure catch (failure) {
    return show((words) => _problem(words.cannotStore, failure.detail));
  } finally {
    slow.cancel();
  }
  runApp(
    WeightSyncApp(
      screens: screens(app),
      locale: locale,
      themeMode: themeMode,
      theme: theme,
      darkTheme: darkTheme,
      localizationsDelegates: localizationsDelegates,
    ),
  );
}

Widget _opening(WeightWords words) => Column(
  mainAxisSize: MainAxisSize.min,
  children: [const CircularProgressIndicator(), const SizedBox(height: 24), Text(words.opening)],
);

Widget _problem(String title, [String detail = '']) =>
    EmptyState(icon: Icons.error_outline, title: title, lead: detail);
