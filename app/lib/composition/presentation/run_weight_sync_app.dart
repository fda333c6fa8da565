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

/// Opens the data by [open] and shows the package's own screens; if the data cannot be opened, says why. [locale] and
/// [themeMode] default to the device's. For `main`.
Future<void> runWeightSyncApp(
  Future<WeightSync> Function() open, {
  Locale? locale,
  ThemeMode themeMode = ThemeMode.system,
}) async {
  WidgetsFlutterBinding.ensureInitialized();
  final WeightSync app;
  try {
    app = await open();
  } on FolderInUse {
    return runApp(_NotOpened((words) => words.openElsewhere, locale: locale, themeMode: themeMode));
  } on StorageFailure catch (failure) {
    final detail = failure.detail;
    return runApp(_NotOpened((words) => words.cannotStore, detail: detail, locale: locale, themeMode: themeMode));
  }
  runApp(WeightSyncApp(screens: WeightScreens.of(app), locale: locale, themeMode: themeMode));
}

class _NotOpened extends StatelessWidget {
  const _NotOpened(this.reason, {required this.locale, required this.themeMode, this.detail = ''});

  final String Function(WeightWords words) reason;
  final String detail;
  final Locale? locale;
  final ThemeMode themeMode;

  @override
  Widget build(BuildContext context) => MaterialApp(
    debugShowCheckedModeBanner: false,
    theme: AppTheme.light(),
    darkTheme: AppTheme.dark(),
    themeMode: themeMode,
    locale: locale,
    supportedLocales: WeightWords.supportedLocales,
    localizationsDelegates: const [WeightWords.delegate, ...GlobalMaterialLocalizations.delegates],
    home: Builder(
      builder: (context) => Scaffold(
        body: Center(
          child: SingleChildScrollView(
            child: EmptyState(icon: Icons.error_outline, title: reason(WeightWords.of(context)), lead: detail),
          ),
        ),
      ),
    ),
  );
}
