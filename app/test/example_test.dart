import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import 'support/xml.dart';

String _read(String path) => File('example/$path').readAsStringSync();

Map<String, Object> _plist(String path) => Xml.parse(_read(path)).plist as Map<String, Object>;

String _match(String text, String pattern) => RegExp(pattern).firstMatch(text)!.group(1)!;

/// What can be checked of example/'s platform folders without the tools of the platforms.
void main() {
  final taskName = _match(
    File('plugins/lib/src/weight_sync_plugins.dart').readAsStringSync(),
    "static const taskName = '([^']+)'",
  );

  test('every XML file is well-formed, and brackets of Gradle and Swift files match', () {
    final files = Directory('example').listSync(recursive: true).whereType<File>().where((f) => !f.path.contains('/.'));
    var xml = 0;
    for (final file in files) {
      final text = RegExp(r'\.(png|ico)$').hasMatch(file.path) ? '' : file.readAsStringSync();
      if (RegExp(
        r'\.(xml|plist|entitlements|svg|storyboard|xib|xcscheme|xcworkspacedata|manifest)$',
      ).hasMatch(file.path)) {
        expect(() => Xml.parse(text), returnsNormally, reason: file.path);
        xml++;
      }
      if (RegExp(r'\.(kts|kt|swift|cc|cpp)$').hasMatch(file.path)) {
        for (final (open, close) in [('{', '}'), ('(', ')'), ('[', ']')]) {
          expect(open.allMatches(text).length, close.allMatches(text).length, reason: file.path);
        }
      }
    }
    expect(xml, greaterThan(20));
    expect(() => Xml.parse('<a><b></a>'), throwsFormatException);
    expect(() => Xml.parse('<a/><b/>'), throwsFormatException);
  });

  test('Android may use the network, and every resource and class that the manifest names exists', () {
    const main = 'android/app/src/main';
    final manifest = Xml.parse(_read('$main/AndroidManifest.xml'));
    expect(manifest.all('uses-permission').map((permission) => permission.attributes['android:name']), {
      'android.permission.INTERNET',
      'android.permission.ACCESS_NETWORK_STATE',
    });
    final named = RegExp('"@(xml|drawable|style)/([^"]+)"').allMatches(_read('$main/AndroidManifest.xml')).toList();
    expect(named, hasLength(5));
    for (final match in named) {
      final [kind, name] = [match.group(1)!, match.group(2)!];
      if (kind == 'style') {
        for (final folder in ['values', 'values-night']) {
          final styles = Xml.parse(_read('$main/res/$folder/styles.xml')).all('style');
          expect(styles.map((style) => style.attributes['name']), contains(name));
        }
      } else {
        expect(File('example/$main/res/$kind/$name.xml').existsSync(), isTrue, reason: name);
      }
    }
    final gradle = _read('android/app/build.gradle.kts');
    final id = _match(gradle, 'applicationId = "([^"]+)"');
    expect(_match(gradle, 'namespace = "([^"]+)"'), id);
    final activity = _read('$main/kotlin/${id.replaceAll('.', '/')}/MainActivity.kt');
    expect(_match(activity, r'package ([\w.]+)'), id);
    expect(manifest.all('activity').single.attributes['android:name'], '.MainActivity');
  });

  test('Android keeps the session out of backups, on every version', () {
    const folder = 'android/app/src/main/res/xml';
    final rules = [
      Xml.parse(_read('$folder/backup_rules.xml')),
      ...Xml.parse(_read('$folder/data_extraction_rules.xml')).children,
    ];
    expect(rules.map((part) => part.name), ['full-backup-content', 'cloud-backup', 'device-transfer']);
    for (final part in rules) {
      expect(part.children.map((rule) => '${rule.name} ${rule.attributes['domain']} ${rule.attributes['path']}'), [
        'exclude sharedpref FlutterSecureStorage.xml',
        'exclude sharedpref FlutterSecureKeyStorage.xml',
      ]);
    }
  });

  test('iOS knows the background task by its name, and its engine has the plug-ins', () {
    final info = _plist('ios/Runner/Info.plist');
    expect(info['UIBackgroundModes'], ['fetch']);
    expect(info['BGTaskSchedulerPermittedIdentifiers'], [taskName]);
    expect(info['NSAppTransportSecurity'], {'NSAllowsLocalNetworking': true});
    final languages = Directory('lib/l10n/arb').listSync().map((file) => _match(file.path, r'words_(\w+)\.arb'));
    expect(info['CFBundleLocalizations'], unorderedEquals(languages));
    final delegate = _read('ios/Runner/AppDelegate.swift');
    final launch = delegate.split('return super.application').first;
    // iOS ends an app that schedules a task which has no handler, and a fresh install has nothing stored that
    // registerLaunchHandlers() could find.
    expect(launch, contains('WorkmanagerPlugin.registerPeriodicTask(withIdentifier: "$taskName", '));
    expect(launch, contains('WorkmanagerPlugin.setPluginRegistrantCallback { GeneratedPluginRegistrant.register'));
  });

  test('Apple\'s systems let the app use the keychain, and macOS the network', () {
    for (final name in ['Debug', 'Release']) {
      final entitlements = _match(_read('ios/Flutter/$name.xcconfig'), r'CODE_SIGN_ENTITLEMENTS = (\S+)');
      expect(_plist('ios/$entitlements'), contains('keychain-access-groups'));
    }
    for (final name in ['DebugProfile', 'Release']) {
      final entitlements = _plist('macos/Runner/$name.entitlements');
      expect(entitlements['com.apple.security.app-sandbox'], isTrue);
      expect(entitlements['com.apple.security.network.client'], isTrue);
      expect(entitlements, contains('keychain-access-groups'));
    }
  });

  test('the files that the web page names exist', () {
    final manifest = jsonDecode(_read('web/manifest.json')) as Map<String, Object?>;
    final icons = (manifest['icons']! as List<Object?>).cast<Map<String, Object?>>().map((icon) => icon['src']);
    final links = RegExp('<link [^>]*href="([^"]+)"').allMatches(_read('web/index.html')).map((m) => m.group(1));
    expect(links, contains('manifest.json'));
    for (final name in [...icons, ...links]) {
      expect(File('example/web/$name').existsSync(), isTrue, reason: '$name');
    }
  });

  test('the entry point of the background task survives the compiler', () {
    expect(_read('lib/main.dart'), contains("@pragma('vm:entry-point')\nvoid syncInBackground()"));
  });
}
