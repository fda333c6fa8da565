<?php
declare(strict_types=1);

namespace Bench\Framework;

/** Makes each object once: by its factory, or by the types of its constructor's parameters. */
final class Container
{
    /** @var array<string, object> */
    private array $made;

    /** @param array<string, callable(self): object> $factories */
    public function __construct(private array $factories)
    {
        $this->made = [self::class => $this];
    }

    public function get(string $id): object
    {
        return $this->made[$id] ??= isset($this->factories[$id]) ? ($this->factories[$id])($this) : $this->wire($id);
    }

    private function wire(string $class): object
    {
        $constructor = (new \ReflectionClass($class))->getConstructor();
        $arguments = [];
        foreach ($constructor?->getParameters() ?? [] as $parameter) {
            $arguments[] = $this->get($parameter->getType()->getName());
        }
        return new $class(...$arguments);
    }
}
