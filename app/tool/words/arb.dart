// Reads ARB files: messages in the part of ICU's syntax that the app needs, placeholders and plurals. As for Flutter's
// gen-l10n, apostrophes have no special meaning.
import 'dart:convert';
import 'dart:io';

/// The texts of one language.
final class Arb {
  Arb(this.language, this.messages, this.placeholders);

  /// Reads [file]. Throws a [FormatException] that names the message.
  factory Arb.read(File file) {
    final json = jsonDecode(file.readAsStringSync()) as Map<String, Object?>;
    final messages = <String, Message>{};
    final placeholders = <String, Map<String, String>>{};
    for (final MapEntry(:key, :value) in json.entries) {
      if (key.startsWith('@@')) continue;
      if (key.startsWith('@')) {
        placeholders[key.substring(1)] = _placeholders(value);
      } else {
        messages[key] = Message.parse(key, value! as String);
      }
    }
    return Arb(json['@@locale']! as String, messages, placeholders);
  }

  static Map<String, String> _placeholders(Object? attributes) => switch (attributes) {
    {'placeholders': final Map<String, Object?> given} => {
      for (final MapEntry(:key, :value) in given.entries)
        key: switch (value) {
          {'type': final String type} => type,
          _ => 'String',
        },
    },
    _ => const {},
  };

  /// The language code.
  final String language;

  /// The messages by name.
  final Map<String, Message> messages;

  /// The types of the placeholders by name, by the message's name. Only the template, English, has them.
  final Map<String, Map<String, String>> placeholders;
}

/// A part of a message.
sealed class Part {}

/// Text as it stands.
final class Text extends Part {
  Text(this.text);

  final String text;
}

/// The value of a placeholder.
final class Placeholder extends Part {
  Placeholder(this.name);

  final String name;
}

/// A text that depends on a number.
final class Plural extends Part {
  Plural(this.name, this.cases);

  final String name;

  /// By ICU's name of the case, such as `=0`, `one` or `other`.
  final Map<String, Message> cases;
}

/// A message as its parts.
final class Message {
  Message(this.parts);

  /// Parses the [text] of the message [name].
  factory Message.parse(String name, String text) {
    final parser = _Parser(name, text);
    final message = parser.message();
    if (!parser.isAtEnd) parser.fail('a brace too many');
    return message;
  }

  final List<Part> parts;

  /// The placeholders in the message and its plurals.
  Set<String> get names => {
    for (final part in parts)
      ...switch (part) {
        Text() => const <String>{},
        Placeholder(:final name) => {name},
        Plural(:final name, :final cases) => {name, for (final message in cases.values) ...message.names},
      },
  };
}

final class _Parser {
  _Parser(this._name, this._text);

  final String _name, _text;
  int _at = 0;

  static final _word = RegExp(r'\s*(=?\w+)\s*');

  bool get isAtEnd => _at == _text.length;

  Never fail(String why) => throw FormatException('$_name: $why at $_at', _text);

  Message message() {
    final parts = <Part>[];
    while (!isAtEnd && _text[_at] != '}') {
      parts.add(_text[_at] == '{' ? _argument() : _plain());
    }
    return Message(parts);
  }

  Part _plain() {
    final start = _at;
    while (!isAtEnd && !'{}'.contains(_text[_at])) {
      _at++;
    }
    return Text(_text.substring(start, _at));
  }

  Part _argument() {
    _expect('{');
    final name = _take();
    if (_text.startsWith('}', _at)) {
      _at++;
      return Placeholder(name);
    }
    _expect(',');
    if (_take() != 'plural') fail('only plurals are supported');
    _expect(',');
    final cases = <String, Message>{};
    while (!_text.startsWith('}', _at)) {
      final name = _take();
      _expect('{');
      cases[name] = message();
      _expect('}');
      while (_text.startsWith(' ', _at)) {
        _at++;
      }
    }
    _at++;
    if (!cases.containsKey('other')) fail('the plural has no "other"');
    return Plural(name, cases);
  }

  String _take() {
    final match = _word.matchAsPrefix(_text, _at) ?? fail('a word is missing');
    _at = match.end;
    return match.group(1)!;
  }

  void _expect(String sign) {
    if (!_text.startsWith(sign, _at)) fail('"$sign" is missing');
    _at++;
  }
}
