import 'dart:io';

import 'open_step.dart';

/// An Xcode project of example/, read from its file.
final class XcodeProject {
  /// The project in example/[platform].
  XcodeProject(this.platform) {
    final file = parseOpenStep(File('$_root/Runner.xcodeproj/project.pbxproj').readAsStringSync());
    objects = (file['objects']! as Map<String, Object>).map(
      (id, object) => MapEntry(id, object as Map<String, Object>),
    );
    rootObject = file['rootObject']! as String;
  }

  /// `ios` or `macos`.
  final String platform;

  String get _root => 'example/$platform';

  /// All objects by id.
  late final Map<String, Map<String, Object>> objects;

  /// The id of the project itself.
  late final String rootObject;

  static final _id = RegExp(r'^[0-9A-F]{24}$');

  /// The objects of one kind, by id.
  Map<String, Map<String, Object>> ofKind(String isa) => {
    for (final MapEntry(:key, :value) in objects.entries)
      if (value['isa'] == isa) key: value,
  };

  /// The ids that [value] mentions, at any depth.
  static Iterable<String> idsIn(Object value) => switch (value) {
    final String text => [if (_id.hasMatch(text)) text],
    final List<Object> list => list.expand(idsIn),
    final Map<String, Object> map => map.entries.expand((entry) => [...idsIn(entry.key), ...idsIn(entry.value)]),
    _ => throw ArgumentError(value),
  };

  /// The ids that can be reached from the project itself.
  Set<String> get reachable {
    final seen = {rootObject};
    final left = [rootObject];
    while (left.isNotEmpty) {
      left.addAll(idsIn(objects[left.removeLast()]!).where(seen.add));
    }
    return seen;
  }

  /// The paths of the project's own files, below example/, but not those of what it builds.
  Set<String> get files => _filesOf(objects[rootObject]!['mainGroup']! as String, _root).toSet();

  Iterable<String> _filesOf(String id, String folder) sync* {
    final object = objects[id]!;
    if (object['sourceTree'] != '<group>') return;
    final path = switch (object['path']) {
      final String own => '$folder/$own',
      _ => folder,
    };
    final children = object['children'] as List<Object>?;
    if (children == null) {
      yield path;
    } else {
      for (final child in children) {
        yield* _filesOf(child as String, path);
      }
    }
  }

  /// A build setting of each configuration of the target [name]: its own, else that of its .xcconfig files, else the project's.
  Map<String, Object?> setting(String name, {String target = 'Runner'}) {
    final own = ofKind('PBXNativeTarget').values.singleWhere((object) => object['name'] == target);
    final byName = _configurations(own);
    final ofProject = _configurations(objects[rootObject]!);
    return {
      for (final MapEntry(key: configuration, value: object) in byName.entries)
        configuration: _setting(name, object) ?? _setting(name, ofProject[configuration]!),
    };
  }

  Map<String, Map<String, Object>> _configurations(Map<String, Object> of) => {
    for (final id in objects[of['buildConfigurationList']]!['buildConfigurations']! as List<Object>)
      objects[id]!['name']! as String: objects[id]!,
  };

  Object? _setting(String name, Map<String, Object> configuration) {
    final settings = configuration['buildSettings']! as Map<String, Object>;
    final base = objects[configuration['baseConfigurationReference']];
    if (settings.containsKey(name) || base == null) return settings[name];
    final file = files.singleWhere((path) => path.endsWith('/${(base['path']! as String).split('/').last}'));
    return RegExp('^$name = (.+)\$', multiLine: true).firstMatch(File(file).readAsStringSync())?.group(1);
  }
}
