import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import 'support/open_step.dart';
import 'support/xcode_project.dart';
import 'support/xml.dart';

String _read(String path) => File('example/$path').readAsStringSync();

String _match(String text, String pattern) => RegExp(pattern).firstMatch(text)!.group(1)!;

/// Whether the flutter command writes the file at [path], so that a .gitignore of its platform names it.
bool _isGenerated(String path) {
  final [_, platform, ...rest] = path.split('/');
  final below = '/${rest.join('/')}';
  return LineSplitter.split(
    _read('$platform/.gitignore'),
  ).any((rule) => rule.startsWith('/') && (rule == below || (rule.endsWith('/') && below.startsWith(rule))));
}

/// The projects of Apple's systems, Linux and Windows, which no tool of these machines can build.
void main() {
  final name = _match(_read('pubspec.yaml'), r'^name: (\w+)');

  test('a project file that is not well-formed is noticed', () {
    expect(parseOpenStep('{a = (b, "c \\"d\\"", ); /* e */ f = {}; }'), {
      'a': ['b', 'c "d"'],
      'f': <String, Object>{},
    });
    for (final bad in ['{a = b }', '{a = b; ', '{a = b; a = c; }', '{a = (b c, ); }', '{} x', '{a = <b>; }']) {
      expect(() => parseOpenStep(bad), throwsFormatException, reason: bad);
    }
  });

  for (final platform in ['ios', 'macos']) {
    group(platform, () {
      final project = XcodeProject(platform);

      test('every object that is named exists, and every object is used', () {
        for (final MapEntry(key: id, value: object) in project.objects.entries) {
          expect(project.objects.keys, containsAll(XcodeProject.idsIn(object).toSet()), reason: id);
        }
        expect(project.reachable, project.objects.keys.toSet());
      });

      test('every file of the project exists or is generated, and no source is left out', () {
        expect(project.files.length, greaterThan(9));
        for (final path in project.files) {
          final exists = FileSystemEntity.typeSync(path) != FileSystemEntityType.notFound;
          expect(exists || _isGenerated(path), isTrue, reason: path);
        }
        final sources = Directory('example/$platform/Runner').listSync(recursive: true).whereType<File>();
        final others = sources
            .map((file) => file.path)
            .where((path) => !path.contains('.xcassets/') && !_isGenerated(path));
        expect(project.files, containsAll(others));
      });

      test('the flutter command finds the parts that it changes, by their ids', () {
        // It looks for these when it adds the plug-ins that are Swift packages.
        final (target, frameworks, group, root) = platform == 'ios'
            ? (
                '97C146ED1CF9000F007C117D',
                '97C146EB1CF9000F007C117D',
                '9740EEB11CF90186004384FC',
                '97C146E61CF9000F007C117D',
              )
            : (
                '33CC10EC2044A3C60003C045',
                '33CC10EA2044A3C60003C045',
                '33CEB47122A05771004F2AC0',
                '33CC10E52044A3C60003C045',
              );
        expect(project.rootObject, root);
        expect(project.objects[target]!['name'], 'Runner');
        expect(project.objects[target]!['buildPhases'], contains(frameworks));
        expect(project.objects[group]!['children'], isNotEmpty);
        final scheme = Xml.parse(_read('$platform/Runner.xcodeproj/xcshareddata/xcschemes/Runner.xcscheme'));
        final product = project.objects[project.objects[target]!['productReference']]!['path'];
        for (final reference in scheme.all('BuildableReference')) {
          expect(reference.attributes['BlueprintIdentifier'], target);
          expect(reference.attributes['BuildableName'], product);
        }
        expect(_read('$platform/Runner.xcworkspace/contents.xcworkspacedata'), contains('group:Runner.xcodeproj'));
      });

      test('all configurations have the same id, entitlements that exist, and one lowest version of the system', () {
        for (final id in project.setting('PRODUCT_BUNDLE_IDENTIFIER').values) {
          expect(id, _match(_read('macos/Runner/Configs/AppInfo.xcconfig'), 'PRODUCT_BUNDLE_IDENTIFIER = (.+)'));
        }
        for (final path in project.setting('CODE_SIGN_ENTITLEMENTS').values) {
          expect(File('example/$platform/$path').existsSync(), isTrue, reason: '$path');
        }
        final version = platform == 'ios' ? 'IPHONEOS_DEPLOYMENT_TARGET' : 'MACOSX_DEPLOYMENT_TARGET';
        final lowest = _match(_read('$platform/Podfile'), r"platform :\w+, '([\d.]+)'");
        expect(project.setting(version).values.toSet(), {lowest});
        expect(project.setting('INFOPLIST_FILE').values.toSet(), {'Runner/Info.plist'});
        // Else Xcode forbids the flutter command's scripts to write.
        expect(project.setting('ENABLE_USER_SCRIPT_SANDBOXING').values.toSet(), {'NO'});
      });

      test('every picture of the icon exists in its size', () {
        const folder = 'Runner/Assets.xcassets/AppIcon.appiconset';
        final set = jsonDecode(_read('$platform/$folder/Contents.json')) as Map<String, Object?>;
        for (final image in (set['images']! as List<Object?>).cast<Map<String, Object?>>()) {
          final scale = int.parse('${image['scale'] ?? '1x'}'.replaceAll('x', ''));
          final side = int.parse('${image['size']}'.split('x').first) * scale;
          final bytes = File('example/$platform/$folder/${image['filename']}').readAsBytesSync();
          final header = bytes.buffer.asByteData();
          expect((header.getUint32(16), header.getUint32(20)), (side, side), reason: '${image['filename']}');
        }
      });
    });
  }

  test('the classes that storyboards, menu and Info.plist name are there', () {
    final menu = Xml.parse(_read('macos/Runner/Base.lproj/MainMenu.xib'));
    for (final object in [...menu.all('customObject'), ...menu.all('window')]) {
      final (type, module) = (object.attributes['customClass'], object.attributes['customModule']);
      if (module != null) expect(_read('macos/Runner/$type.swift'), contains('class $type: '));
    }
    final ids = [
      for (final element in ['customObject', 'menu', 'menuItem', 'window'])
        ...menu.all(element).map((e) => e.attributes['id']),
    ];
    expect(ids.toSet(), hasLength(ids.length));
    expect(ids, containsAll(menu.all('outlet').map((outlet) => outlet.attributes['destination'])));
    for (final name in ['Main', 'LaunchScreen']) {
      final board = Xml.parse(_read('ios/Runner/Base.lproj/$name.storyboard'));
      final views = board.all('viewController').map((view) => view.attributes['id']);
      expect(views, [board.attributes['initialViewController']]);
      expect(_read('ios/Runner/Info.plist'), contains('<string>$name</string>'));
    }
  });

  for (final platform in ['linux', 'windows']) {
    test('$platform: every file and folder that CMake reads exists or is generated', () {
      final lists = {
        for (final folder in ['', 'flutter/', 'runner/']) folder: _read('$platform/${folder}CMakeLists.txt'),
      };
      final top = lists['']!;
      expect(_match(top, r'set\(BINARY_NAME "(\w+)"\)'), name);
      for (final folder in RegExp(r'add_subdirectory\((\w+)\)').allMatches(top)) {
        expect(lists.keys, contains('${folder.group(1)}/'));
      }
      final sources = _match(lists['runner/']!, r'add_executable\(\$\{BINARY_NAME\}([^)]+)\)').split(RegExp(r'\s+'));
      for (final source in sources.where((word) => word.contains('.'))) {
        final file = source.replaceAll('"', '').replaceFirst(r'${CMAKE_CURRENT_SOURCE_DIR}/../', '../');
        final path = Uri.parse('example/$platform/runner/').resolve(file).path;
        expect(File(path).existsSync() || _isGenerated(path), isTrue, reason: path);
      }
      // What plug-ins and the flutter command look for.
      expect(
        top,
        stringContainsInOrder(['function(APPLY_STANDARD_SETTINGS', 'include(flutter/generated_plugins.cmake)']),
      );
      expect(top, contains(r'${PLUGIN_BUNDLED_LIBRARIES}'));
      expect(lists['flutter/'], contains('add_library(flutter INTERFACE)'));
      expect(lists['flutter/'], contains(r'${EPHEMERAL_DIR}/generated_config.cmake'));
      for (final variable in ['FLUTTER_LIBRARY', 'FLUTTER_ICU_DATA_FILE', 'PROJECT_BUILD_DIR', 'AOT_LIBRARY']) {
        expect(lists['flutter/'], matches('set\\($variable .* PARENT_SCOPE\\)'));
        expect(top, contains('\${$variable}'));
      }
    });
  }

  test('the web app is served, and uses nothing of another origin', () {
    final rules = _read('web/.htaccess');
    expect(rules, contains('\nRewriteEngine On\n'));
    final policy = _match(rules, 'Content-Security-Policy "([^"]+)"');
    expect(policy, allOf(contains("default-src 'none'"), contains("connect-src 'self'"), isNot(contains('http'))));
    expect(_read('web/index.html'), isNot(contains(RegExp('(src|href)="(https?:)?//'))));
  });

  test('Linux and Android have the same id; Windows finds its icon', () {
    final id = _match(_read('android/app/build.gradle.kts'), 'applicationId = "([^"]+)"');
    expect(_match(_read('linux/CMakeLists.txt'), r'set\(APPLICATION_ID "([^"]+)"\)'), id);
    expect(id.split('.').last, name);
    final icon = _match(_read('windows/runner/runner.rc'), 'ICON "([^"]+)"');
    expect(File('example/windows/runner/$icon').readAsBytesSync().sublist(0, 4), [0, 0, 1, 0]);
  });

  test('what the flutter command generates of the pubspec\'s plug-ins is not kept here, where it could differ', () {
    for (final path in [
      'example/ios/Runner/GeneratedPluginRegistrant.m',
      'example/macos/Flutter/GeneratedPluginRegistrant.swift',
      for (final platform in ['linux', 'windows']) ...[
        'example/$platform/flutter/generated_plugin_registrant.cc',
        'example/$platform/flutter/generated_plugins.cmake',
      ],
    ]) {
      expect(_isGenerated(path), isTrue, reason: path);
    }
    expect(_read('android/.gitignore'), contains('GeneratedPluginRegistrant.java'));
    // Each runner calls what is generated.
    for (final (runner, call) in [
      ('ios/Runner/AppDelegate.swift', 'GeneratedPluginRegistrant.register('),
      ('macos/Runner/MainFlutterWindow.swift', 'RegisterGeneratedPlugins('),
      ('linux/runner/main.cc', 'fl_register_plugins('),
      ('windows/runner/main.cpp', 'RegisterPlugins('),
    ]) {
      expect(_read(runner), contains(call));
    }
  });
}
