;; The inner loops of the optimizers: float32, four elements at a time, no fused multiply-add, so the same
;; bits on every machine. Every address is a byte offset into the imported memory, every count is a number of
;; elements and a multiple of 4 (0 is allowed). `scale` multiplies the gradient first.
(module
  (import "host" "memory" (memory 1))

  ;; a += b
  (func (export "add") (param $a i32) (param $b i32) (param $count i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $a) (i32.shl (local.get $count) (i32.const 2))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $a) (local.get $end)))
        (v128.store (local.get $a)
          (f32x4.add (v128.load (local.get $a)) (v128.load (local.get $b))))
        (local.set $a (i32.add (local.get $a) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br $next))))

  ;; p *= factor
  (func (export "multiply") (param $p i32) (param $count i32) (param $factor f32)
    (local $end i32) (local $factor4 v128)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $factor4 (f32x4.splat (local.get $factor)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (v128.store (local.get $p) (f32x4.mul (v128.load (local.get $p)) (local.get $factor4)))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (br $next))))

  ;; sums[i mod 4] += g[i]², in float64. `sums` holds four float64.
  (func (export "squares") (param $g i32) (param $count i32) (param $sums i32)
    (local $end i32) (local $x v128) (local $high v128) (local $low2 v128) (local $high2 v128)
    (local.set $end (i32.add (local.get $g) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $low2 (v128.load (local.get $sums)))
    (local.set $high2 (v128.load offset=16 (local.get $sums)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $g) (local.get $end)))
        (local.set $x (v128.load (local.get $g)))
        (local.set $high
          (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15 (local.get $x) (local.get $x))))
        (local.set $x (f64x2.promote_low_f32x4 (local.get $x)))
        (local.set $low2 (f64x2.add (local.get $low2) (f64x2.mul (local.get $x) (local.get $x))))
        (local.set $high2 (f64x2.add (local.get $high2) (f64x2.mul (local.get $high) (local.get $high))))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (br $next)))
    (v128.store (local.get $sums) (local.get $low2))
    (v128.store offset=16 (local.get $sums) (local.get $high2)))

  ;; Below, a running average smaller than `tiny` = 2⁻¹⁰⁸ becomes 0. Otherwise an average whose gradients
  ;; stay zero ends among the subnormal numbers, 750 steps later at β = 0.9, and arithmetic on those is some
  ;; thirty times slower. The update it would have caused is lost in the rounding of any parameter.

  ;; One AdamW step:
  ;;   g = scale · g
  ;;   m = m + (g − m) · rate1                    rate1 = 1 − β₁
  ;;   v = v · beta2 + (rate2 · g) · g            rate2 = 1 − β₂
  ;;   p = p · keep − (step · m) / (√v + epsilon)
  ;; with keep = 1 − lr · decay, root = √(1 − β₂ᵗ), step = lr · root / (1 − β₁ᵗ), epsilon = ε · root. Multiplying
  ;; the fraction by root saves a division, which is what bounds this loop.
  (func (export "adamw")
    (param $p i32) (param $g i32) (param $m i32) (param $v i32) (param $count i32)
    (param $scale f32) (param $keep f32) (param $rate1 f32) (param $beta2 f32) (param $rate2 f32)
    (param $epsilon f32) (param $step f32)
    (local $end i32) (local $g4 v128) (local $m4 v128) (local $v4 v128)
    (local $scale4 v128) (local $keep4 v128) (local $rate14 v128) (local $beta24 v128) (local $rate24 v128)
    (local $epsilon4 v128) (local $step4 v128) (local $tiny v128)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $scale4 (f32x4.splat (local.get $scale)))
    (local.set $keep4 (f32x4.splat (local.get $keep)))
    (local.set $rate14 (f32x4.splat (local.get $rate1)))
    (local.set $beta24 (f32x4.splat (local.get $beta2)))
    (local.set $rate24 (f32x4.splat (local.get $rate2)))
    (local.set $epsilon4 (f32x4.splat (local.get $epsilon)))
    (local.set $step4 (f32x4.splat (local.get $step)))
    (local.set $tiny (f32x4.splat (f32.const 0x1p-108)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $g4 (f32x4.mul (local.get $scale4) (v128.load (local.get $g))))
        (local.set $m4 (v128.load (local.get $m)))
        (local.set $m4
          (f32x4.add (local.get $m4)
            (f32x4.mul (f32x4.sub (local.get $g4) (local.get $m4)) (local.get $rate14))))
        (local.set $m4
          (v128.and (local.get $m4) (f32x4.ge (f32x4.abs (local.get $m4)) (local.get $tiny))))
        (v128.store (local.get $m) (local.get $m4))
        (local.set $v4
          (f32x4.add (f32x4.mul (v128.load (local.get $v)) (local.get $beta24))
            (f32x4.mul (f32x4.mul (local.get $rate24) (local.get $g4)) (local.get $g4))))
        (local.set $v4 (v128.and (local.get $v4) (f32x4.ge (local.get $v4) (local.get $tiny))))
        (v128.store (local.get $v) (local.get $v4))
        (v128.store (local.get $p)
          (f32x4.sub (f32x4.mul (v128.load (local.get $p)) (local.get $keep4))
            (f32x4.div (f32x4.mul (local.get $step4) (local.get $m4))
              (f32x4.add (f32x4.sqrt (local.get $v4)) (local.get $epsilon4)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (local.set $m (i32.add (local.get $m) (i32.const 16)))
        (local.set $v (i32.add (local.get $v) (i32.const 16)))
        (br $next))))

  ;; One step of SGD with momentum, in the order of operations of torch.optim.SGD:
  ;;   g = scale · g + decay · p
  ;;   b = momentum · b + g
  ;;   p = p − lr · (nesterov ? g + momentum · b : b)
  (func (export "sgd")
    (param $p i32) (param $g i32) (param $b i32) (param $count i32)
    (param $scale f32) (param $decay f32) (param $momentum f32) (param $lr f32) (param $nesterov i32)
    (local $end i32) (local $g4 v128) (local $b4 v128) (local $p4 v128)
    (local $scale4 v128) (local $decay4 v128) (local $momentum4 v128) (local $lr4 v128)
    (local $ahead v128) (local $tiny v128)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $scale4 (f32x4.splat (local.get $scale)))
    (local.set $decay4 (f32x4.splat (local.get $decay)))
    (local.set $momentum4 (f32x4.splat (local.get $momentum)))
    (local.set $lr4 (f32x4.splat (local.get $lr)))
    (local.set $ahead (i32x4.splat (i32.sub (i32.const 0) (local.get $nesterov))))
    (local.set $tiny (f32x4.splat (f32.const 0x1p-108)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $p) (local.get $end)))
        (local.set $p4 (v128.load (local.get $p)))
        (local.set $g4
          (f32x4.add (f32x4.mul (local.get $scale4) (v128.load (local.get $g)))
            (f32x4.mul (local.get $decay4) (local.get $p4))))
        (local.set $b4
          (f32x4.add (f32x4.mul (local.get $momentum4) (v128.load (local.get $b))) (local.get $g4)))
        (local.set $b4
          (v128.and (local.get $b4) (f32x4.ge (f32x4.abs (local.get $b4)) (local.get $tiny))))
        (v128.store (local.get $b) (local.get $b4))
        (v128.store (local.get $p)
          (f32x4.sub (local.get $p4)
            (f32x4.mul (local.get $lr4)
              (v128.bitselect
                (f32x4.add (local.get $g4) (f32x4.mul (local.get $momentum4) (local.get $b4)))
                (local.get $b4)
                (local.get $ahead)))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $g (i32.add (local.get $g) (i32.const 16)))
        (local.set $b (i32.add (local.get $b) (i32.const 16)))
        (br $next)))))
