import 'package:collection/collection.dart';
import 'package:flutter/material.dart';

/// Colours and measures of the package's widgets that an app may want to change: an extension of `ThemeData`. Without it
/// they follow the app's colour scheme.
@immutable
final class WeightSyncTheme extends ThemeExtension<WeightSyncTheme> {
  /// A theme with every value given; [WeightSyncTheme.from] with [copyWith] changes single ones.
  const WeightSyncTheme({
    required this.chartLine,
    required this.chartFill,
    required this.chartGrid,
    required this.chartLabel,
    required this.chartChosen,
    required this.onChartChosen,
    required this.chartBackground,
    required this.chartHeight,
    required this.good,
    required this.waiting,
    required this.attention,
    required this.problem,
    required this.bannerBackground,
  });

  /// The values for [colors].
  factory WeightSyncTheme.from(ColorScheme colors) => WeightSyncTheme(
    chartLine: colors.primary,
    chartFill: colors.primary.withValues(alpha: 0.28),
    chartGrid: colors.outlineVariant.withValues(alpha: 0.6),
    chartLabel: colors.onSurfaceVariant,
    chartChosen: colors.tertiary,
    onChartChosen: colors.onTertiary,
    chartBackground: colors.surfaceContainerLow,
    chartHeight: 200,
    good: colors.primary,
    waiting: colors.onSurfaceVariant,
    attention: colors.tertiary,
    problem: colors.error,
    bannerBackground: colors.surfaceContainerHighest,
  );

  /// The theme for [context].
  static WeightSyncTheme of(BuildContext context) {
    final theme = Theme.of(context);
    return theme.extension<WeightSyncTheme>() ?? WeightSyncTheme.from(theme.colorScheme);
  }

  /// The curve and its dots.
  final Color chartLine;

  /// The top of the area under the curve; it fades to the bottom.
  final Color chartFill;

  /// The horizontal lines.
  final Color chartGrid;

  /// The labels of both axes.
  final Color chartLabel;

  /// The mark of the chosen weight.
  final Color chartChosen;

  /// Text on [chartChosen].
  final Color onChartChosen;

  /// The rim of the dots: the colour behind the chart.
  final Color chartBackground;

  /// The chart's height.
  final double chartHeight;

  /// The sync status while all is well.
  final Color good;

  /// Entries and a status that wait, and need nobody.
  final Color waiting;

  /// Entries and a status that somebody should look at.
  final Color attention;

  /// Refused entries, and a status that needs the user.
  final Color problem;

  /// The banner.
  final Color bannerBackground;

  List<Object> get _values => [
    chartLine,
    chartFill,
    chartGrid,
    chartLabel,
    chartChosen,
    onChartChosen,
    chartBackground,
    chartHeight,
    good,
    waiting,
    attention,
    problem,
    bannerBackground,
  ];

  @override
  WeightSyncTheme copyWith({
    Color? chartLine,
    Color? chartFill,
    Color? chartGrid,
    Color? chartLabel,
    Color? chartChosen,
    Color? onChartChosen,
    Color? chartBackground,
    double? chartHeight,
    Color? good,
    Color? waiting,
    Color? attention,
    Color? problem,
    Color? bannerBackground,
  }) => WeightSyncTheme(
    chartLine: chartLine ?? this.chartLine,
    chartFill: chartFill ?? this.chartFill,
    chartGrid: chartGrid ?? this.chartGrid,
    chartLabel: chartLabel ?? this.chartLabel,
    chartChosen: chartChosen ?? this.chartChosen,
    onChartChosen: onChartChosen ?? this.onChartChosen,
    chartBackground: chartBackground ?? this.chartBackground,
    chartHeight: chartHeight ?? this.chartHeight,
    good: good ?? this.good,
    waiting: waiting ?? this.waiting,
    attention: attention ?? this.attention,
    problem: problem ?? this.problem,
    bannerBackground: bannerBackground ?? this.bannerBackground,
  );

  @override
  WeightSyncTheme lerp(WeightSyncTheme? other, double t) {
    if (other == null) return this;
    Color between(Color a, Color b) => Color.lerp(a, b, t)!;
    return WeightSyncTheme(
      chartLine: between(chartLine, other.chartLine),
      chartFill: between(chartFill, other.chartFill),
      chartGrid: between(chartGrid, other.chartGrid),
      chartLabel: between(chartLabel, other.chartLabel),
      chartChosen: between(chartChosen, other.chartChosen),
      onChartChosen: between(onChartChosen, other.onChartChosen),
      chartBackground: between(chartBackground, other.chartBackground),
      chartHeight: chartHeight + (other.chartHeight - chartHeight) * t,
      good: between(good, other.good),
      waiting: between(waiting, other.waiting),
      attention: between(attention, other.attention),
      problem: between(problem, other.problem),
      bannerBackground: between(bannerBackground, other.bannerBackground),
    );
  }

  @override
  bool operator ==(Object other) => other is WeightSyncTheme && _equality.equals(other._values, _values);

  @override
  int get hashCode => Object.hashAll(_values);

  static const _equality = ListEquality<Object>();
}
