package main

import (
	"context"
	"slices"
	"time"
)

// measure runs the programs in turn, round after round: whatever else the
// machine does falls on all of them alike.
func measure(ctx context.Context, programs []*program, rounds int) error {
	for range rounds {
		for _, p := range programs {
			if p.absent != "" {
				continue
			}
			var sum cost
			for _, command := range p.commands {
				c, err := launch(ctx, command, p.environment)
				if err != nil {
					return err
				}
				sum = cost{wall: sum.wall + c.wall, cpu: sum.cpu + c.cpu, peak: max(sum.peak, c.peak)}
			}
			p.costs = append(p.costs, sum)
		}
	}
	return nil
}

// The three things of a cost, as numbers.
func wall(c cost) float64 { return float64(c.wall) / float64(time.Millisecond) }
func cpu(c cost) float64  { return float64(c.cpu) / float64(time.Millisecond) }
func peak(c cost) float64 { return float64(c.peak) / (1 << 20) }

// typical is the median of one thing over all rounds.
func typical(p *program, of func(cost) float64) float64 {
	values := make([]float64, len(p.costs))
	for i, c := range p.costs {
		values[i] = of(c)
	}
	return median(values)
}

// ratio is the median over all rounds of one program's cost by another's in the
// same round.
func ratio(p, by *program, of func(cost) float64) float64 {
	values := make([]float64, len(p.costs))
	for i := range values {
		values[i] = of(p.costs[i]) / of(by.costs[i])
	}
	return median(values)
}

// surplus is the median over all rounds of what one program cost more than
// another in the same round.
func surplus(p, over *program, of func(cost) float64) float64 {
	values := make([]float64, len(p.costs))
	for i := range values {
		values[i] = of(p.costs[i]) - of(over.costs[i])
	}
	return median(values)
}

// median needs at least one value.
func median(values []float64) float64 {
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return (values[middle-1] + values[middle]) / 2
}
