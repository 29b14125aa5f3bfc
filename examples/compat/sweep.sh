#!/bin/bash
#SBATCH --job-name=sweep
#SBATCH --array=1-4%2
#SBATCH --mem=64M
#SBATCH --time=5
echo "learning rate 0.$SLURM_ARRAY_TASK_ID, $SLURM_ARRAY_TASK_COUNT in all"
