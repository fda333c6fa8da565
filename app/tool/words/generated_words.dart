// Turns the ARB files into Dart: a class with the English texts, and a subclass for each other language. A text that a
// translation lacks is the English one.
import 'dart:io';

import 'arb.dart';

/// The contents of the generated files by name. Throws a [FormatException] if a translation has a message or a placeholder
/// that English lacks.
Map<String, String> generateWords(Directory folder) {
  final files = folder.listSync().whereType<File>().where((file) => file.path.endsWith('.arb'));
  final languages = {for (final arb in files.map(Arb.read)) arb.language: arb};
  final english = languages.remove('en')!;
  final others = languages.values.toList()..sort((a, b) => a.language.compareTo(b.language));
  return {
    'weight_words.dart': _english(english, [for (final arb in others) arb.language]),
    for (final arb in others) 'weight_words_${arb.language}.dart': _translation(arb, english),
  };
}

const _head = '''
// Generated from lib/l10n/arb by tool/words.dart: change the texts there.
// dart format off
// ignore_for_file: unnecessary_brace_in_string_interps, public_member_api_docs, the texts explain each member
''';

String _classOf(String language) => 'WeightWords${language[0].toUpperCase()}${language.substring(1)}';

String _english(Arb english, List<String> others) =>
    '''
$_head
import 'package:flutter/widgets.dart';
import 'package:intl/intl.dart';

import '../weight_words_delegate.dart';
${others.map((language) => "import 'weight_words_$language.dart';\n").join()}
/// All texts shown to the user, in English; a language is a subclass. An app can extend one to change single texts.
class WeightWords {
  const WeightWords();

  /// The texts in the language of [context]; English in an app without [delegate].
  static WeightWords of(BuildContext context) =>
      Localizations.of<WeightWords>(context, WeightWords) ?? const WeightWords();

  /// For the `localizationsDelegates` of an app.
  static const WeightWordsDelegate delegate = WeightWordsDelegate();

  /// The languages that have texts. An app may support others: they get English.
  static const List<Locale> supportedLocales = [${['en', ...others].map((language) => "Locale('$language')").join(', ')}];

  /// The texts in the language with this code; English if there are none.
  static WeightWords inLanguage(String code) => switch (code) {
${others.map((language) => "    '$language' => const ${_classOf(language)}(),\n").join()}    _ => const WeightWords(),
  };

${_members(english, english)}}
''';

String _translation(Arb arb, Arb english) {
  final members = _members(arb, english, isOverride: true);
  final usesIntl = members.contains('Intl.');
  return '''
$_head
${usesIntl ? "import 'package:intl/intl.dart';\n\n" : ''}import 'weight_words.dart';

/// The texts in the language `${arb.language}`.
class ${_classOf(arb.language)} extends WeightWords {
  /// The texts in the language `${arb.language}`.
  const ${_classOf(arb.language)}();

$members}
''';
}

String _members(Arb arb, Arb english, {bool isOverride = false}) {
  final members = StringBuffer();
  for (final MapEntry(key: name, value: message) in arb.messages.entries) {
    final types = english.placeholders[name] ?? const {};
    final unknown = message.names.difference(types.keys.toSet());
    if (!english.messages.containsKey(name)) throw FormatException('${arb.language}: unknown message $name');
    if (unknown.isNotEmpty) throw FormatException('${arb.language}: unknown placeholder in $name: $unknown');
    final parameters = [for (final MapEntry(:key, :value) in types.entries) '$value $key'].join(', ');
    final signature = types.isEmpty ? 'String get $name' : 'String $name($parameters)';
    if (isOverride) members.writeln('  @override');
    members.writeln('  $signature => ${_expression(message, arb.language)};');
  }
  return '$members';
}

String _expression(Message message, String language) {
  if (message.parts case [final Plural plural]) return _plural(plural, language);
  return "'${[for (final part in message.parts) switch (part) {
      Text(:final text) => _escaped(text),
      Placeholder(:final name) => '\${$name}',
      Plural() => '\${${_plural(part, language)}}',
    }].join()}'";
}

const _cases = {
  '=0': 'zero',
  'zero': 'zero',
  '=1': 'one',
  'one': 'one',
  '=2': 'two',
  'two': 'two',
  'few': 'few',
  'many': 'many',
  'other': 'other',
};

String _plural(Plural plural, String language) {
  final cases = [
    for (final MapEntry(:key, :value) in plural.cases.entries)
      '${_cases[key] ?? (throw FormatException('unknown plural $key'))}: ${_expression(value, language)}',
  ];
  return "Intl.plural(${plural.name}, ${cases.join(', ')}, locale: '$language')";
}

String _escaped(String text) =>
    text.replaceAll(r'\', r'\\').replaceAll("'", r"\'").replaceAll(r'$', r'\$').replaceAll('\n', r'\n');
