<?php
declare(strict_types=1);

namespace Bench\Framework;

/** Finds the handler of a path: constant paths by a map, patterns by one expression for all, as FastRoute does. */
final class Router
{
    /** @var array<string, array<string, mixed>> handlers by path and method */
    private array $constant = [];
    /** @var array<string, array{handlers: array<string, mixed>, names: string[]}> by pattern */
    private array $patterns = [];

    public function map(string $method, string $pattern, mixed $handler): void
    {
        if (!str_contains($pattern, '{')) {
            $this->constant[$pattern][$method] = $handler;
            return;
        }
        $names = [];
        $expression = preg_replace_callback(
            '/\{(\w+)(?::((?:[^{}]|\{[^{}]*\})+))?\}/',
            static function (array $match) use (&$names): string {
                $names[] = $match[1];
                return '(' . ($match[2] ?? '[^/]+') . ')';
            },
            $pattern,
        );
        $this->patterns[$expression]['names'] = $names;
        $this->patterns[$expression]['handlers'][$method] = $handler;
    }

    /** @return array{mixed, array<string, string>} the handler and the path's variables */
    public function match(string $method, string $path): array
    {
        [$handlers, $variables] = isset($this->constant[$path]) ? [$this->constant[$path], []] : $this->search($path);
        if (!isset($handlers[$method])) {
            throw new HttpError(405, 'method not allowed');
        }
        return [$handlers[$method], $variables];
    }

    private function search(string $path): array
    {
        foreach ($this->patterns as $expression => $route) {
            if (preg_match("~^$expression$~", $path, $values)) {
                return [$route['handlers'], array_combine($route['names'], array_slice($values, 1))];
            }
        }
        throw new HttpError(404, 'not found');
    }
}
