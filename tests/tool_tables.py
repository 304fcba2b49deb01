"""Small tables as other tools write them.

Those of Optuna and MLflow (`search_runs`) were written by these packages; that of Ax is its documented form. Those of
Ray, NNI and SMAC3 follow the source code of these packages, and that of SigOpt the fields of its API. Those of
optuna-dashboard and W&B are as remembered: no file of theirs was at hand.
"""

OPTUNA = """\
,number,values_accuracy,values_latency,datetime_start,datetime_complete,duration,params_k,params_x,user_attrs_note,state
0,0,0.55,0.45,2026-11-30 12:33:01.926973,2026-11-30 12:33:01.927744,0 days 00:00:00.000771,a,0.5,hi,COMPLETE
1,1,,,2026-11-30 12:33:01.927822,2026-11-30 12:33:01.928280,0 days 00:00:00.000458,b,0.6,hi,FAIL
2,2,0.44,0.56,2026-11-30 12:33:01.928370,2026-11-30 12:33:01.928689,0 days 00:00:00.000319,b,0.7,hi,COMPLETE
"""
OPTUNA_DASHBOARD = """\
Number,State,accuracy,latency,Param k,Param x,UserAttribute note
0,COMPLETE,0.55,0.45,a,0.5,hi
1,FAIL,,,b,0.6,hi
2,PRUNED,0.9,0.1,b,0.65,hi
3,COMPLETE,0.44,0.56,b,0.7,hi
"""
MLFLOW = """\
run_id,experiment_id,status,artifact_uri,start_time,end_time,metrics.accuracy,metrics.latency,metrics.loss,params.k,params.x,tags.mlflow.user,tags.mlflow.runName
a6,663,KILLED,file:///a6,2026-11-30 12:33:12.000+00:00,2026-11-30 12:33:13.000+00:00,0.99,0.01,,b,0.8,root,r3
2f,663,FAILED,file:///2f,2026-11-30 12:33:10.324+00:00,2026-11-30 12:33:10.374+00:00,0.9,0.1,0.3,b,0.7,root,r2
fc,663,FINISHED,file:///fc,2026-11-30 12:33:10.265+00:00,2026-11-30 12:33:10.309+00:00,0.44,0.56,0.2,b,0.6,root,r1
a5,663,FINISHED,file:///a5,2026-11-30 12:33:10.197+00:00,2026-11-30 12:33:10.252+00:00,0.55,0.45,0.1,a,0.5,root,r0
b0,663,RUNNING,file:///b0,2026-11-30 12:34:00.000+00:00,,0.9,0.1,0.1,a,0.9,root,r4
b1,663,FINISHED,file:///b1,2026-11-30 12:30:00.000+00:00,2026-11-30 12:35:00.000+00:00,,,,,,root,parent
"""
RAY = """\
accuracy,latency,timestamp,checkpoint_dir_name,done,training_iteration,trial_id,date,time_this_iter_s,time_total_s,pid,hostname,node_ip,time_since_restore,iterations_since_restore,config/k,config/x,logdir
0.55,0.45,1764505990,,True,1,6ab3_00000,2026-11-30_12-33-10,0.5,0.5,312,node,10.0.0.1,0.5,1,a,0.5,6ab3_00000
,,1764505991,,False,,6ab3_00001,,,,,,,,,b,0.6,6ab3_00001
0.44,0.56,1764505992,,True,1,6ab3_00002,2026-11-30_12-33-12,0.7,0.7,312,node,10.0.0.1,0.7,1,b,0.7,6ab3_00002
"""
AX = """\
trial_index,arm_name,trial_status,generation_node,accuracy,latency,k,x
0,0_0,COMPLETED,SOBOL,0.55,0.45,a,0.5
1,1_0,FAILED,SOBOL,0.9,0.1,b,0.6
2,2_0,ABANDONED,MBM,0.9,0.1,b,0.65
3,3_0,COMPLETED,MBM,0.44,0.56,b,0.7
4,4_0,RUNNING,MBM,,,a,0.8
"""
SMAC = """\
config_id,instance,seed,budget,accuracy,latency,time,status,starttime,endtime,k,x
1,,0,0.0,0.55,0.45,1.5,SUCCESS,1764505990.1,1764505991.6,a,0.5
2,,0,0.0,0.9,0.1,2.5,CRASHED,1764505992.0,1764505994.5,b,0.6
3,,0,0.0,0.9,0.1,2.5,MEMORYOUT,1764505995.0,1764505997.5,b,0.65
4,,0,0.0,0.44,0.56,1.5,SUCCESS,1764505998.0,1764505999.5,b,0.7
"""
NNI = """\
trialJobId,k,x,accuracy,latency
GVlxt,a,0.5,0.55,0.45
RHQbO,b,0.6,,
iPjzB,b,0.7,0.44,0.56
"""
SIGOPT = """\
id,assignments.k,assignments.x,values.accuracy.value,values.latency.value,values.latency.value_stddev,state,created,completed
1,a,0.5,0.55,0.45,,completed,1764505990,1764505995
2,b,0.6,0.9,0.1,,failed,1764505996,1764505999
3,b,0.7,0.44,0.56,,completed,1764506000,1764506005
"""
WANDB = """\
"Name","State","Notes","User","Tags","Created","Runtime","Sweep","k","x","accuracy","latency","params_M","train/loss"
"wise-sun-4","running","-","me","","2026-11-30T12:36:00.000Z","5","s1","a","0.8","0.9","0.1","4.1","0.2"
"calm-sea-3","finished","-","me","","2026-11-30T12:35:00.000Z","7","s1","b","0.7","0.44","0.56","3.1","0.3"
"dark-sky-2","crashed","-","me","","2026-11-30T12:34:00.000Z","6","s1","b","0.6","0.99","0.01","2.1","0.4"
"blue-fox-1","finished","-","me","","2026-11-30T12:33:00.000Z","5","s1","a","0.5","0.55","0.45","1.1","0.5"
"""
